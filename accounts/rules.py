"""Who may do what. A role in a team counts for what the team owns; a superuser may everything."""

from typing import Literal

from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, Role, Team, User

Deed = Literal["view", "edit", "own"]

_ENOUGH: dict[Deed, tuple[Role, ...]] = {
    "view": (Role.VIEWER, Role.EDITOR, Role.OWNER),
    "edit": (Role.EDITOR, Role.OWNER),
    "own": (Role.OWNER,),
}


def may(user: User | AnonymousUser, deed: Deed, team: Team) -> bool:
    """True when the user's role in the team is enough."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.is_superuser:
        return True
    return Membership.objects.filter(user=user, team=team, role__in=_ENOUGH[deed]).exists()


def may_look(user: User | AnonymousUser) -> bool:
    """True for a member of any team: what features there are is no secret between teams."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or Membership.objects.filter(user=user).exists()


def may_somewhere(user: User | AnonymousUser, deed: Deed) -> bool:
    """True when the user's role in some team is enough: for what all teams share."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.is_superuser:
        return True
    return Membership.objects.filter(user=user, role__in=_ENOUGH[deed]).exists()
