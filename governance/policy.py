"""Which principal may do what. The only place that says so; pure.

A change states the `Permission` that it needs; pages and API ask `may` to offer or withhold a
button, and `governance.changes.perform` asks `check_permission` before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.principals import Principal, Right, Role
from governance.refusals import NotAllowed

EVERY = "*"


@dataclass(frozen=True, slots=True)
class InTeam:
    """A role in the team that owns what is changed.

    `environment` is the one that feels the change, `EVERY` for all of them, None for none (a name,
    a description): then the role that is not narrowed counts.
    """

    role: Role
    team: str
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class OfInstallation:
    """A right over what belongs to everybody."""

    right: Right


@dataclass(frozen=True, slots=True)
class Administrator:
    """Only administrators: who is one, and what rights others have."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Members of any team: what there is is no secret between teams."""


@dataclass(frozen=True, slots=True)
class Oneself:
    """What is a person's own, such as personal tokens. `name` is the person's."""

    name: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several is enough."""

    permissions: tuple[InTeam | OfInstallation | Administrator | Oneself, ...]


Permission = InTeam | OfInstallation | Administrator | Looking | Oneself | AnyOf


def may(principal: Principal, permission: Permission) -> bool:
    """Whether the principal has the permission."""
    if principal.trusted:
        return True
    if isinstance(permission, AnyOf):
        return any(may(principal, one) for one in permission.permissions)
    if isinstance(permission, Oneself):
        return permission.name == principal.name and _in_scope(principal, permission)
    return _in_scope(principal, permission) and (
        principal.administrator or _is_given(principal, permission)
    )


def check_permission(principal: Principal, permissions: Iterable[Permission]) -> None:
    """Raise NotAllowed for the first permission that is missing."""
    for permission in permissions:
        if not may(principal, permission):
            raise NotAllowed(permission, permission=in_words(permission))


def in_words(permission: Permission) -> str:
    """Who may, e.g. `Only editors and owners of the team shop may change this in production.`"""
    match permission:
        case InTeam(role, team, environment):
            who = {Role.OWNER: "owners", Role.EDITOR: "editors and owners"}.get(role, "members")
            return f"Only {who} of the team {team} may change this{_where(environment)}."
        case OfInstallation(right):
            return f"Only administrators, and who has the right {right!s}, may change this."
        case Looking():
            return "You are in no team yet: ask an owner of one to add you."
        case Oneself(name):
            return f"Only {name} may do this."
        case AnyOf(permissions):
            return in_words(permissions[0])
        case Administrator():
            return "Only administrators may change this."


def _is_given(principal: Principal, permission: Permission) -> bool:
    match permission:
        case InTeam():
            return _has_role(principal, permission)
        case OfInstallation(right):
            return right in principal.rights
        case Looking():
            return bool(principal.roles or principal.rights)
    return False


def _where(environment: str | None) -> str:
    if environment is None:
        return ""
    return " in every environment" if environment == EVERY else f" in {environment}"


def _has_role(principal: Principal, needed: InTeam) -> bool:
    role = principal.roles.get(needed.team)
    if role is None:
        return False
    return all(
        one is not None and one.rank >= needed.role.rank for one in _there(principal, needed, role)
    )


def _there(principal: Principal, needed: InTeam, role: Role) -> list[Role | None]:
    """The roles that count: one for one environment, all that are narrowed for every one."""
    if needed.environment is None:
        return [role]
    if needed.environment == EVERY:
        return [role, *(r for (team, _), r in principal.narrowed.items() if team == needed.team)]
    return [principal.narrowed.get((needed.team, needed.environment), role)]


def _in_scope(principal: Principal, permission: Permission) -> bool:
    scope = principal.scope
    if scope is None:
        return True
    if scope.read_only:
        return isinstance(permission, Looking)
    if isinstance(permission, InTeam):
        return _team_in_scope(permission, scope.teams) and _place_in_scope(
            permission.environment, scope.environments
        )
    # What belongs to the installation is beyond a token that is bound to a team or environment.
    unbound = scope.teams is None and scope.environments is None
    return isinstance(permission, Looking) or unbound


def _team_in_scope(permission: InTeam, teams: frozenset[str] | None) -> bool:
    return teams is None or permission.team in teams


def _place_in_scope(environment: str | None, places: frozenset[str] | None) -> bool:
    if places is None:
        return True
    # A change that no environment feels is still one of the team's, not of one environment.
    return environment is not None and environment in places
