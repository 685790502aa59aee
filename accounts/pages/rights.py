"""What pages ask before they change something for a person."""

from django.http import HttpRequest

from accounts.models import Team
from accounts.pages.people import refusal_in_words
from accounts.rules import may
from governance.refusals import NotAllowed


def may_edit(request: HttpRequest, team: Team) -> bool:
    """Whether to offer changes of what the team owns."""
    return may(request.user, "edit", team)


def check_edit(request: HttpRequest, team: Team) -> None:
    """Raise NotAllowed that says whom to ask, unless the person may change what the team owns."""
    if not may_edit(request, team):
        raise NotAllowed(owner=refusal_in_words(team))
