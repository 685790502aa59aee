"""Tokens over HTTP: whose rights they have, how they end, what nobody sees of them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.changes import CreatePersonalToken, CreateServiceToken, SetMember, SetUser
from accounts.models import AccessToken, Environment, Team, User
from accounts.principals import principal_of
from governance.authorship import Authorship
from governance.changes import perform
from governance.models import AuditEntry
from tests.api.caller import Caller, everything
from tests.routing.shop import BY

WHY = {"reason": "a test"}
TOGGLE = "features/new-checkout/toggles"


def personal(user: User, **asked: Any) -> Caller:
    """Calls with a personal token of this person."""
    by = Authorship(principal_of(user), "a test")
    change = CreatePersonalToken(user=user.get_username(), name="laptop", **asked)
    return Caller(None, token=perform(by, change))


def service(roles: dict[str, str], **asked: Any) -> Caller:
    """Calls with a token of a service."""
    return Caller(None, token=perform(BY, CreateServiceToken("ci", roles, **asked)))


def flip(caller: Caller, environment: str) -> int:
    body = {**WHY, "enabled": False, "rules": []}
    return caller.put(f"{TOGGLE}/{environment}", body)[0]


def test_create_token__over_http__shown_once_and_only_its_hash_kept(as_editor: Caller) -> None:
    asked = {**WHY, "kind": "personal", "name": "laptop"}
    status, made = as_editor.post("tokens", asked)
    assert status == 201, made
    assert made["token"].startswith(f"tm_personal_{made['selector']}_")
    kept = AccessToken.objects.get()
    assert kept.digest == hashlib.sha256(made["token"].encode()).hexdigest()
    days = (kept.expires_at - timezone.now()).total_seconds() / 86_400
    assert 89.9 < days <= 90
    assert made["token"] not in str(everything())
    assert kept.digest not in str(AuditEntry.objects.values_list("detail", flat=True))
    listed = as_editor.items("tokens")
    assert [one["selector"] for one in listed] == [made["selector"]]
    assert "token" not in listed[0]


def test_personal_token__no_cookie_and_no_csrf_token__acts_as_its_person(
    shop: object, editor: User
) -> None:
    caller = personal(editor)
    assert flip(caller, "staging") == 200
    assert AuditEntry.objects.order_by("-number")[0].author == "edgar"
    assert caller.get("me")[1]["roles"] == {"shop": "editor"}


def test_personal_token__roles_change_after_it_was_made__those_at_the_time_of_use_count(
    shop: object, editor: User
) -> None:
    caller = personal(editor)
    perform(BY, SetMember("shop", "edgar", "viewer"))
    assert flip(caller, "staging") == 403
    perform(BY, SetUser("edgar", active=False))
    status, answer = caller.get("features")
    assert status == 401
    assert "may not sign in" in answer["detail"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"read_only": True}, (403, 403)),
        ({"environments": ["staging"]}, (200, 403)),
        ({"teams": ["shop"]}, (200, 200)),
        ({"teams": ["other"]}, (403, 403)),
    ],
)
def test_token__its_scope__narrows_what_its_person_may(
    shop: object, owner: User, scope: dict[str, Any], expected: tuple[int, int]
) -> None:
    Team.objects.create(key="other", name="Other")
    caller = personal(owner, **scope)
    assert caller.get("features")[0] == 200
    assert (flip(caller, "staging"), flip(caller, "production")) == expected


def test_service_token__its_roles__count_and_its_name_is_in_the_audit_log(shop: object) -> None:
    caller = service({"shop": "editor"})
    assert flip(caller, "production") == 200
    assert AuditEntry.objects.order_by("-number")[0].author == "token:ci"
    assert caller.get("me")[1]["kind"] == "token"
    assert caller.post("teams", {**WHY, "key": "x", "name": "X"})[0] == 403


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"revoked_at": timezone.now()}, "revoked"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "ended on"),
        ({"digest": "0" * 64}, "no such token"),
    ],
)
def test_token__revoked_expired_or_wrong__401_in_words(
    environments: dict[str, Environment], team: object, state: dict[str, Any], words: str
) -> None:
    caller = service({"shop": "editor"})
    AccessToken.objects.update(**state)
    answer = caller.ask("GET", "features")
    assert answer.status_code == 401
    assert words in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("text", ["nonsense", "tm_personal_short", "", "tm_personal_" + "é" * 66])
def test_token__not_one_of_ours__401_even_beside_a_session(editor: User, text: str) -> None:
    caller = Caller(editor)
    answer = caller.client.get("/api/v1/features", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401


def test_token__used_again_and_again__one_query_and_its_last_use_noted_once_a_minute(
    shop: object, editor: User
) -> None:
    caller = personal(editor)
    caller.get("me")
    first = AccessToken.objects.get().last_used_at
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as asked:
        caller.get("me")
    assert len(asked) == 1
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=first - timedelta(minutes=1))
    caller.get("me")
    assert AccessToken.objects.get().last_used_at > first - timedelta(minutes=1)


@pytest.mark.parametrize(
    "scope", [{"read_only": True}, {"environments": ["staging"]}, {"teams": ["shop"]}]
)
def test_token__narrow__makes_no_wider_one(
    shop: object, owner: User, scope: dict[str, Any]
) -> None:
    caller = personal(owner, **scope)
    asked = {**WHY, "kind": "personal", "name": "wider"}
    assert caller.post("tokens", asked)[0] == 403
    wide = {**WHY, "kind": "service", "name": "wider", "roles": {"other": "owner"}}
    assert caller.post("tokens", wide)[0] in (403, 404)


def test_token__makes_another__which_does_not_outlive_it(shop: object, owner: User) -> None:
    caller = personal(owner, expires_in_days=3)
    asked = {**WHY, "kind": "service", "name": "deploy", "roles": {"shop": "editor"}}
    assert caller.post("tokens", {**asked, "expires_in_days": 30})[0] == 400
    status, made = caller.post("tokens", asked)
    assert status == 201
    assert made["expires_at"] == caller.get("me")[1]["until"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "api"}, "kind"),
        ({"access": "all"}, "access"),
        ({"teams": []}, "teams"),
        ({"teams": ["nowhere"]}, "teams.0"),
        ({"environments": ["nowhere"]}, "environment"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 10**12}, "expires_in_days"),
        ({"roles": {"shop": "owner"}}, "roles"),
        ({"kind": "service"}, "roles"),
        ({"kind": "service", "roles": {"shop": "king"}}, "roles.shop"),
        ({"kind": "service", "roles": {"nowhere": "owner"}}, "roles"),
        ({"kind": "service", "name": "Not A Key", "roles": {"shop": "owner"}}, "name"),
    ],
)
def test_create_token__what_cannot_be__refused_by_field(
    environments: object, team: Team, as_admin: Caller, asked: dict[str, Any], field: str
) -> None:
    status, answer = as_admin.post("tokens", {**WHY, "kind": "personal", "name": "x", **asked})
    assert status in (400, 404), answer
    assert list(answer["errors"]) == [field]


def test_service_token__editor_asks__only_owners_make_one(
    environments: object, as_editor: Caller, as_owner: Caller, as_admin: Caller
) -> None:
    asked = {**WHY, "kind": "service", "name": "ci", "roles": {"shop": "editor"}}
    assert as_editor.post("tokens", asked)[0] == 403
    assert as_owner.post("tokens", {**asked, "expires_in_days": 400})[0] == 403
    assert as_owner.post("tokens", asked)[0] == 201
    assert as_owner.post("tokens", asked)[0] == 409
    assert as_admin.post("tokens", {**asked, "name": "cd", "expires_in_days": 400})[0] == 201


def test_revoke_token__own_and_others__own_always_others_with_the_right(
    environments: object, editor: User, viewer: User, as_viewer: Caller, as_admin: Caller
) -> None:
    personal(editor)
    selector = AccessToken.objects.get().selector
    assert as_viewer.get(f"tokens/{selector}")[0] == 404
    assert as_viewer.items("tokens") == []
    assert as_viewer.post(f"tokens/{selector}/revoke", WHY)[0] == 403
    status, revoked = as_admin.post(f"tokens/{selector}/revoke", WHY)
    assert status == 200
    assert revoked["revoked_at"]


def test_personal_token__of_somebody_else__nobody_makes_it(
    environments: object, editor: User, administrator: User
) -> None:
    by = Authorship(principal_of(administrator), "a test")
    with pytest.raises(Exception, match="Only edgar"):
        perform(by, CreatePersonalToken(user="edgar", name="not mine"))
