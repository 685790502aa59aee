"""Whom to ask: said wherever somebody is told no."""

from django.db.models import Q

from accounts.models import Role, Team, User
from governance.policy import AnyOf, InTeam, Permission, in_words
from governance.principals import Role as PolicyRole
from governance.refusals import NotAllowed

MOST = 5


def people_to_ask(team: str | None = None) -> list[str]:
    """Names of people who can give a role: the team's owners (any team's without one), admins."""
    owns = Q(memberships__role=Role.OWNER)
    if team is not None:
        owns &= Q(memberships__team__key=team)
    return _names(owns | Q(is_superuser=True))


def administrators() -> list[str]:
    """Names of people who may do what belongs to the installation."""
    return _names(Q(is_superuser=True))


def refusal_in_words(team: Team) -> str:
    """Why somebody may not change what the team owns, and whom to ask."""
    return _with_people(InTeam(PolicyRole.EDITOR, team.key))


def explain(refusal: NotAllowed) -> dict[str, str]:
    """The refusal's sentences, with whom to ask where the policy says what is missing."""
    needed = refusal.needed
    if not isinstance(needed, Permission):
        return refusal.errors
    return {field: _with_people(needed) for field in refusal.errors}


def _with_people(needed: Permission) -> str:
    first = needed.permissions[0] if isinstance(needed, AnyOf) else needed
    people = people_to_ask(first.team) if isinstance(first, InTeam) else administrators()
    whom = f"Ask {' or '.join(people)}." if people else "Ask whoever runs this installation."
    return f"{in_words(needed)} {whom}"


def _names(who: Q) -> list[str]:
    people = User.objects.filter(who, is_active=True).distinct().order_by("username")[:MOST]
    return [user.get_full_name() or user.get_username() for user in people]
