"""Everybody who may meet the management API: people by role and right, and tokens of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.changes import (
    CreatePersonalToken,
    CreateServiceToken,
    CreateTeam,
    RevokeToken,
    SetMember,
)
from accounts.keys import parse
from accounts.models import AccessToken, User
from accounts.principals import principal_of
from accounts.tokens import Refused, read_token
from governance.authorship import Authorship
from governance.changes import perform
from governance.policy import Permission, may
from governance.principals import Principal, Right
from tests.api.caller import Caller
from tests.routing.shop import BY

PASSWORD = "a long test password"


@dataclass(frozen=True)
class Player:
    """A person with a session, a token, or nobody."""

    user: User | None = None
    token: str = ""

    def caller(self) -> Caller:
        return Caller(self.user, token=self.token)

    def principal(self) -> Principal | None:
        """None: the API knows nobody."""
        if self.token:
            found = read_token(self.token, timezone.now())
            return None if isinstance(found, Refused) else found
        return principal_of(self.user) if self.user else None

    def may_all(self, permissions: Iterable[Permission]) -> bool:
        who = self.principal()
        return who is not None and all(may(who, one) for one in permissions)


Cast = dict[str, Player]


def make_cast(people: dict[str, User]) -> Cast:
    """By name; `people` are admin, owner, editor, viewer and outsider."""
    perform(BY, CreateTeam("other", "Other"))
    cast = {name: Player(user) for name, user in people.items()}
    cast |= {f"right: {right}": Player(_with_right(right)) for right in Right}
    cast["narrowed"] = Player(_narrowed())
    cast["nobody"] = Player()
    return cast | _tokens(people["owner"])


def _tokens(owner: User) -> Cast:
    personal = {
        "token to read": {"read_only": True},
        "token of another team": {"teams": ["other"]},
        "token of staging": {"environments": ["staging"]},
        "expired token": {},
        "revoked token": {},
    }
    made = {name: _personal(owner, name, **scope) for name, scope in personal.items()}
    made["service token"] = perform(BY, CreateServiceToken("ci", {"shop": "editor"}))
    perform(BY, RevokeToken(_selector(made["revoked token"])))
    AccessToken.objects.filter(selector=_selector(made["expired token"])).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    return {name: Player(token=text) for name, text in made.items()}


def _personal(owner: User, name: str, **scope: object) -> str:
    by = Authorship(principal_of(owner), "a test")
    change = CreatePersonalToken(owner.get_username(), name, **scope)  # type: ignore[arg-type]
    return perform(by, change)


def _selector(text: str) -> str:
    return (parse(text) or ("", ""))[0]


def _with_right(right: Right) -> User:
    return User.objects.create_user(f"with-{right}", password=PASSWORD, rights=[right])


def _narrowed() -> User:
    """An editor who may nothing in production."""
    user = User.objects.create_user("nora", password=PASSWORD)
    perform(BY, SetMember("shop", "nora", "editor", {"production": None}))
    return user
