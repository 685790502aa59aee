"""From the text of a token to the principal that it stands for; one query."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.keys import parse
from accounts.models import AccessToken, TokenKind
from accounts.principals import roles_of
from governance.principals import Principal, PrincipalKind, Right, Role, Scope

NOTED_EVERY = timedelta(minutes=1)  # how exactly we know when a token was last used

_TOKEN = (
    "pk",
    "digest",
    "kind",
    "name",
    "roles",
    "teams",
    "environments",
    "read_only",
    "expires_at",
    "last_used_at",
    "revoked_at",
    "user__username",
    "user__is_active",
    "user__is_superuser",
    "user__rights",
)
_ROLE = (
    "user__memberships__team__key",
    "user__memberships__role",
    "user__memberships__environment_roles__environment__key",
    "user__memberships__environment_roles__role",
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a token does not count, for people."""

    sentence: str


def read_token(text: str, now: datetime) -> Principal | Refused:
    """Whom the token stands for. A token that is not ours, or wrong, tells nothing more."""
    parts = parse(text)
    if parts is None:
        return Refused("This is no token of ours: it begins with tm_personal_ or tm_service_.")
    selector, digest = parts
    rows = list(AccessToken.objects.filter(selector=selector).values(*_TOKEN, *_ROLE))
    # Compared even where there is no such token, so that both take the same time.
    known = rows[0]["digest"] if rows else "0" * len(digest)
    if not hmac.compare_digest(digest, known) or not rows:
        return Refused("There is no such token.")
    problem = _problem(rows[0], now)
    if problem:
        return Refused(problem)
    _note_use(rows[0], now)
    return _principal(rows)


def _problem(token: dict[str, Any], now: datetime) -> str:
    if token["revoked_at"] is not None:
        return "This token is revoked: make a new one."
    if token["expires_at"] <= now:
        return f"This token ended on {token['expires_at']:%Y-%m-%d}: make a new one."
    if token["kind"] == TokenKind.PERSONAL and not token["user__is_active"]:
        return "The person of this token may not sign in any more."
    return ""


def _note_use(token: dict[str, Any], now: datetime) -> None:
    last = token["last_used_at"]
    if last is None or now - last >= NOTED_EVERY:
        seen = Q(last_used_at=None) | Q(last_used_at__lt=now)
        AccessToken.objects.filter(seen, pk=token["pk"]).update(last_used_at=now)


def _principal(rows: list[dict[str, Any]]) -> Principal:
    token = rows[0]
    scope = Scope(_set(token["teams"]), _set(token["environments"]), token["read_only"])
    if token["kind"] == TokenKind.SERVICE:
        return Principal(
            name=f"token:{token['name']}",
            kind=PrincipalKind.TOKEN,
            roles={team: Role(role) for team, role in token["roles"].items()},
            scope=scope,
            until=token["expires_at"],
        )
    roles, narrowed = _roles(rows)
    return Principal(
        name=token["user__username"],
        kind=PrincipalKind.TOKEN,
        administrator=token["user__is_superuser"],
        rights=frozenset(Right(one) for one in token["user__rights"]),
        roles=roles,
        narrowed=narrowed,
        scope=scope,
        until=token["expires_at"],
    )


def _roles(
    rows: list[dict[str, Any]],
) -> tuple[dict[str, Role], dict[tuple[str, str], Role | None]]:
    found = [tuple(row[name] for name in _ROLE) for row in rows]
    return roles_of(
        (team, role, place, there) for team, role, place, there in found if team is not None
    )


def _set(named: list[str] | None) -> frozenset[str] | None:
    return None if named is None else frozenset(named)
