"""Template filters that put a revision into words."""

from django import template

from toggles.models import Revision
from toggles.words import exposure_in_words, share_of_everyone

register = template.Library()


@register.filter
def in_words(revision: Revision) -> str:
    """`{{ toggle.current|in_words }}`: who has the feature."""
    return exposure_in_words(revision.enabled, revision.rules)


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
    percentage = share_of_everyone(revision.enabled, revision.rules)
    if percentage >= 100:
        return "On for everyone"
    if percentage:
        return f"On · {percentage} %"
    return "On · chosen" if revision.rules else "On · nobody yet"
