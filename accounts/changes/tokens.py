"""Create and revoke tokens. What creates one returns its whole text, this once only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts import keys
from accounts.changes.telling import tell
from accounts.models import AccessToken, Role, TokenKind, User
from accounts.reads import get_environment, get_team, get_user
from accounts.states import token_state
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.names import check_key
from governance.policy import (
    EVERY,
    Administrator,
    AnyOf,
    InTeam,
    OfInstallation,
    Oneself,
    Permission,
)
from governance.principals import Right
from governance.principals import Role as PolicyRole
from governance.refusals import Conflict, Invalid, NotFound

USUAL_DAYS = 90
MOST_DAYS = 365
MOST_DAYS_BY_ADMINISTRATORS = 3650
PEOPLE = OfInstallation(Right.PEOPLE)


class _NewToken:
    """What both kinds share: a scope, and an end."""

    name: str
    teams: Sequence[str] | None
    environments: Sequence[str] | None
    read_only: bool
    expires_in_days: int | None

    def _check_scope(self) -> None:
        for place, team in enumerate(self.teams or ()):
            get_team(team, f"teams.{place}")
        for environment in self.environments or ():
            get_environment(environment)
        for field in ("teams", "environments"):
            if getattr(self, field) is not None and not getattr(self, field):
                raise Invalid(**{field: "Name at least one, or leave it out for all."})

    def _check_days(self, most: int) -> None:
        if self.expires_in_days is not None and not 1 <= self.expires_in_days <= most:
            raise Invalid(expires_in_days=f"A token lasts 1 to {most} days; make a new one then.")

    def _end(self, by: Authorship) -> datetime:
        """A token makes none that outlives it."""
        end = timezone.now() + timedelta(days=self.expires_in_days or USUAL_DAYS)
        last = by.principal.until
        if last is None or end <= last:
            return end
        if self.expires_in_days is None:
            return last
        raise Invalid(
            expires_in_days="The token that asks ends earlier; leave this out to end with it."
        )

    def _token(self, by: Authorship) -> AccessToken:
        return AccessToken(
            name=self.name,
            teams=_named(self.teams),
            environments=_named(self.environments),
            read_only=self.read_only,
            expires_at=self._end(by),
        )


@dataclass(frozen=True)
class CreatePersonalToken(_NewToken, Change[str]):
    """A token that acts as its person, at most within its scope. Only the person makes it."""

    user: str
    name: str
    teams: Sequence[str] | None = None
    environments: Sequence[str] | None = None
    read_only: bool = False
    expires_in_days: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return [Oneself(self.user)]

    def check(self) -> None:
        get_user(self.user)
        _check_title(self.name)
        self._check_scope()
        self._check_days(MOST_DAYS)

    def apply(self, by: Authorship) -> str:
        token = self._token(by)
        token.kind, token.user = TokenKind.PERSONAL, get_user(self.user)
        return _create(by, token)

    def describe(self) -> Description:
        return Description(f"Creates a personal token of {self.user}.")


@dataclass(frozen=True)
class CreateServiceToken(_NewToken, Change[str]):
    """A token with roles of its own, by team; in the audit log it is `token:<name>`.

    Owners of all these teams make it; one for longer than a year takes an administrator, too.
    """

    name: str
    roles: Mapping[str, str]
    teams: Sequence[str] | None = None
    environments: Sequence[str] | None = None
    read_only: bool = False
    expires_in_days: int | None = None

    def permissions(self) -> Sequence[Permission]:
        for team in self.roles:
            get_team(team, "roles")
        asked: list[Permission] = [AnyOf((_owner(team), PEOPLE)) for team in self.roles]
        if (self.expires_in_days or 0) > MOST_DAYS:
            asked.append(Administrator())
        return asked or [PEOPLE]

    def check(self) -> None:
        check_key(self.name, "name")
        self._check_roles()
        self._check_scope()
        self._check_days(MOST_DAYS_BY_ADMINISTRATORS)
        live = AccessToken.objects.filter(kind=TokenKind.SERVICE, revoked_at__isnull=True)
        if live.filter(name=self.name).exists():
            raise Conflict(
                name=f"There is a service token {self.name!r} already: revoke it first, or take "
                "another name."
            )

    def apply(self, by: Authorship) -> str:
        token = self._token(by)
        token.kind, token.roles = TokenKind.SERVICE, dict(self.roles)
        return _create(by, token)

    def describe(self) -> Description:
        return Description(f"Creates the service token {self.name}.")

    def _check_roles(self) -> None:
        if not self.roles:
            raise Invalid(roles="Give a role in at least one team.")
        for team, role in self.roles.items():
            if role not in Role.values:
                known = ", ".join(Role.values)
                raise Invalid(**{f"roles.{team}": f"{role!r} is no role; choose one of {known}."})


@dataclass(frozen=True)
class RevokeToken(Change[AccessToken]):
    """Revoke a token for good; a revoked one stays revoked."""

    selector: str

    def permissions(self) -> Sequence[Permission]:
        token = get_token(self.selector)
        if token.user is not None:
            return [AnyOf((PEOPLE, Oneself(token.user.get_username())))]
        return [AnyOf((*(_owner(team) for team in token.roles), PEOPLE))]

    def check(self) -> None:
        get_token(self.selector)

    def apply(self, by: Authorship) -> AccessToken:
        token = get_token(self.selector)
        if token.revoked_at is None:
            before = token_state(token)
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            subject = f"token:{self.selector}"
            tell(by, "token.revoked", subject, before=before, after=token_state(token))
        return token

    def describe(self) -> Description:
        return Description(f"Revokes the token {self.selector} for good.")


def get_token(selector: str) -> AccessToken:
    """The token. Raises NotFound naming `selector`."""
    found = AccessToken.objects.select_related("user").filter(selector=selector).first()
    if found is None:
        raise NotFound(selector=f"There is no token with the selector {selector!r}.")
    return found


def forget_tokens(by: Authorship, user: User) -> None:
    """Before a person goes: their live tokens are told to be revoked."""
    for selector in user.tokens.filter(revoked_at__isnull=True).values_list("selector", flat=True):
        RevokeToken(selector).apply(by)


def _owner(team: str) -> InTeam:
    return InTeam(PolicyRole.OWNER, team, EVERY)


def _named(keys_of: Iterable[str] | None) -> list[str] | None:
    return None if keys_of is None else sorted(set(keys_of))


def _check_title(name: str) -> None:
    if not name.strip() or len(name) > 100:
        raise Invalid(name="Say what it is for, in at most 100 characters.")


def _create(by: Authorship, token: AccessToken) -> str:
    text = keys.make(token.kind)
    parts = keys.parse(text)
    if parts is None:
        raise RuntimeError("a token that we made ourselves does not parse")
    token.selector, token.digest = parts
    token.created_by = by.author
    token.save()
    subject = f"token:{token.selector}"
    tell(by, "token.created", subject, before=None, after=token_state(token))
    return text
