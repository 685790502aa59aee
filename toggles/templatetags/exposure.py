"""Template filters that put a revision into words."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

from toggles.models import Revision
from toggles.words import NARROWING, safely_in_words, share_of_everyone

register = template.Library()


@register.filter
def in_words(revision: Revision) -> str:
    """`{{ toggle.current|in_words }}`: who has the feature."""
    return safely_in_words(revision.enabled, revision.rules, revision.more)


@register.filter
def share(revision: Revision) -> int:
    """`{{ toggle.current|share }}`: the percentage of everyone, 0 to 100."""
    return share_of_everyone(revision.enabled, revision.rules)


@register.filter
def tone(revision: Revision) -> str:
    """The class of colour that goes with the state; words and icon say the same."""
    return "is-good" if revision.enabled else "is-calm"


@register.filter
def short(revision: Revision) -> str:
    """Two or three words for a list: `off`, `on`, `on · 10 %`, `on · some`."""
    if not revision.enabled:
        return "Off"
    if any(revision.more.get(field) for field in NARROWING):
        return "On · conditions"
    percentage = share_of_everyone(revision.enabled, revision.rules)
    if percentage >= 100:
        return "On for everyone"
    if percentage:
        return f"On · {percentage} %"
    return "On · chosen" if revision.rules else "On · nobody yet"


@register.filter
def ago(moment: datetime) -> str:
    """`just now`, `3 minutes ago`, `2 days ago`: one unit is enough."""
    if (timezone.now() - moment).total_seconds() < 60:
        return "just now"
    return f"{timesince(moment, depth=1)} ago"
