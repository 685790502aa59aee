"""Who may call what. Looking is for members of any team; changes ask for a role in the owner's."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Team
from accounts.pages.people import refusal_in_words
from accounts.rules import Deed, may, may_look, may_somewhere
from governance.refusals import NotAllowed


class MembersOnly(BasePermission):
    """The default of every view: signed in, and a member of some team."""

    message = "You are in no team yet: ask an owner of one to add you."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_look(request.user)


def check_edit(request: Request, owner: Team) -> None:
    """Raise NotAllowed unless the person may change what the team owns."""
    if not may(request.user, "edit", owner):
        raise NotAllowed(owner=refusal_in_words(owner))


def check_somewhere(request: Request, deed: Deed, what: str) -> None:
    """Raise NotAllowed unless the person has that right in some team: for what all share."""
    if not may_somewhere(request.user, deed):
        role = "an owner" if deed == "own" else "an editor or owner"
        raise NotAllowed(request=f"Only {role} of some team may change {what}.")
