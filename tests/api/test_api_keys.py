"""API keys: shown once, revoked for good."""

from __future__ import annotations

from accounts.keys import parse
from accounts.reads import live_keys
from tests.api.caller import Caller

ASKED = {"reason": "for cart", "kind": "server", "environment": "staging", "name": "cart"}


def test_create_api_key__administrator__whole_key_in_this_answer_only(
    environments: object, as_admin: Caller
) -> None:
    status, made = as_admin.post("api-keys", ASKED)
    assert status == 201
    assert parse(made["key"]) == (made["selector"], live_keys()[0][1])
    listed = as_admin.items("api-keys")
    assert [key["selector"] for key in listed] == [made["selector"]]
    assert made["key"] not in str(listed)


def test_create_api_key__in_unleashs_format__listed_as_such(
    environments: object, as_admin: Caller
) -> None:
    status, made = as_admin.post("api-keys", {**ASKED, "format": "unleash"})
    assert status == 201
    assert made["key"].startswith("*:staging.v2_")
    assert [key["format"] for key in as_admin.items("api-keys")] == ["unleash"]
    status, refused = as_admin.post("api-keys", {**ASKED, "format": "jwt"})
    assert status == 400
    assert "format" in str(refused)


def test_revoke_api_key__live_one__is_not_live_any_more(
    environments: object, as_admin: Caller
) -> None:
    selector = as_admin.post("api-keys", ASKED)[1]["selector"]
    status, key = as_admin.post(f"api-keys/{selector}/revoke", {"reason": "leaked"})
    assert status == 200
    assert key["revoked_at"]
    assert live_keys() == []
