"""Principals from users: their roles, what narrows them, their rights in the installation."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, User
from governance.principals import Principal, PrincipalKind, Right, Role


def principal_of(user: User | AnonymousUser) -> Principal:
    """The person as the policy sees them; somebody without an account, or inactive, may nothing."""
    if not isinstance(user, User) or not user.is_active:
        return Principal(user.get_username(), PrincipalKind.PERSON)
    roles, narrowed = _roles(user)
    return Principal(
        name=user.get_username(),
        kind=PrincipalKind.PERSON,
        administrator=user.is_superuser,
        rights=frozenset(Right(right) for right in user.rights),
        roles=roles,
        narrowed=narrowed,
    )


def _roles(user: User) -> tuple[dict[str, Role], dict[tuple[str, str], Role | None]]:
    """By team, and what stands in their place by team and environment; one query."""
    rows = Membership.objects.filter(user=user).values_list(
        "team__key", "role", "environment_roles__environment__key", "environment_roles__role"
    )
    return roles_of(rows)


def roles_of(
    rows: Iterable[tuple[str, str, str | None, str | None]],
) -> tuple[dict[str, Role], dict[tuple[str, str], Role | None]]:
    """From rows of team, role there, and the environment and role that narrow it (or None)."""
    roles: dict[str, Role] = {}
    narrowed: dict[tuple[str, str], Role | None] = {}
    for team, role, place, there in rows:
        roles[team] = Role(role)
        if place is not None:
            narrowed[team, place] = Role(there) if there else None
    return roles, narrowed
