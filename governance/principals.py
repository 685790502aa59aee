"""Who acts: a person, a token, a rollout, or the control plane itself. Plain values.

`accounts.principals` makes them from users and tokens; `governance.policy` says what they may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PrincipalKind(StrEnum):
    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - a kind, no secret
    ROLLOUT = "rollout"
    SYSTEM = "system"  # the command line, the demo, the control plane's own upkeep


class Role(StrEnum):
    """What a member may do with what a team owns; each includes the ones before it."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """Higher may more."""
        return list(Role).index(self)


class Right(StrEnum):
    """What belongs to the whole installation; administrators have every right."""

    PEOPLE = "people"  # users, teams, who has which right, service tokens
    ENVIRONMENTS = "environments"
    MESHES = "meshes"
    KEYS = "keys"  # SDK keys
    SEGMENTS = "segments"  # segments that no team owns
    SETTINGS = "settings"  # all else that is set once for the installation


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token may reach at most; None leaves that side open. Never widens a role."""

    teams: frozenset[str] | None = None
    environments: frozenset[str] | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """`name` is the author in the audit log. `roles` are by team; `narrowed` holds the role that
    stands in place of a team's in one environment, by (team, environment). `until` is when a token
    ends.
    """

    name: str
    kind: PrincipalKind
    administrator: bool = False
    rights: frozenset[Right] = frozenset()
    roles: Mapping[str, Role] = field(default_factory=dict)
    narrowed: Mapping[tuple[str, str], Role | None] = field(default_factory=dict)
    scope: Scope | None = None
    until: datetime | None = None

    @property
    def trusted(self) -> bool:
        """Our own code: what it does was allowed when somebody asked for it."""
        return self.kind in (PrincipalKind.ROLLOUT, PrincipalKind.SYSTEM)


def system(name: str) -> Principal:
    """The control plane itself, or whoever runs its commands, under this name."""
    return Principal(name, PrincipalKind.SYSTEM)


def rollout(number: object) -> Principal:
    """The rollout with this id: it does what its author was allowed to start."""
    return Principal(f"rollout:{number}", PrincipalKind.ROLLOUT)
