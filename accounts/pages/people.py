"""Whom to ask: said on pages that have to say no."""

from django.db.models import Q

from accounts.models import Role, Team, User

MOST = 5


def people_to_ask(team: Team | None = None) -> list[str]:
    """Names of people who can give a role: the team's owners (any team's without one), admins."""
    owns = Q(memberships__role=Role.OWNER)
    if team is not None:
        owns &= Q(memberships__team=team)
    people = User.objects.filter(owns | Q(is_superuser=True), is_active=True).distinct()
    return [user.get_full_name() or user.get_username() for user in people.order_by("username")][
        :MOST
    ]


def refusal_in_words(team: Team) -> str:
    """Why somebody may not change what the team owns, and whom to ask."""
    people = people_to_ask(team)
    whom = f"Ask {' or '.join(people)}." if people else "Ask whoever runs this installation."
    return f"Only editors and owners of the team {team.name} may change this. {whom}"
