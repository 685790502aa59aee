"""Bad input: a clear error that names the field, and nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from rollouts.models import Rollout
from tests.api.caller import Caller, everything
from tests.api.endpoints import PLACE, RULE, WHY

TOGGLE = "features/new-checkout/toggles/production"
CART = "services/cart/environments/production"
ROUTE = {**WHY, "environment": "production", "variant": "on", "service": "cart", "version": "v2"}
EXPOSE = {**WHY, "enabled": True, "rules": [RULE]}
START = {**WHY, **PLACE, "steps": [{"percentage": 10}]}
FEATURE = {**WHY, "key": "dark-mode", "name": "Dark mode", "owner": "shop"}
LONG = "a" * 51
Call = tuple[str, str, dict[str, Any] | None, str]  # method, path, body, the field at fault

UNKNOWN: list[Call] = [
    ("GET", "features/nope", None, "feature"),
    ("GET", "features/nope/toggles/production", None, "feature"),
    ("GET", "features/new-checkout/toggles/nowhere", None, "environment"),
    ("PUT", "features/nope/toggles/production", EXPOSE, "feature"),
    ("PUT", "features/new-checkout/toggles/nowhere", EXPOSE, "environment"),
    ("POST", f"{TOGGLE}/go-back", {**WHY, "revision": 99}, "revision"),
    ("PUT", "segments/nope", {**WHY, "name": "x", "constraints": []}, "segment"),
    ("GET", "services/nope", None, "service"),
    ("PUT", f"{CART}/placement", {**WHY, "host": "c", "port": 1, "baseline": "v9"}, "baseline"),
    ("POST", "features/new-checkout/routes", {**ROUTE, "version": "v9"}, "version"),
    ("POST", "features/new-checkout/routes", {**ROUTE, "service": "nope"}, "service"),
    ("POST", "features", {**FEATURE, "owner": "nobody"}, "owner"),
    ("POST", "rollouts", {**START, "feature": "nope"}, "feature"),
    ("POST", "rollouts", {**START, "environment": "nowhere"}, "environment"),
    ("POST", "rollouts", {**START, "steps": [{"segment": "nope"}]}, "segment"),
    ("GET", "rollouts?feature=nope", None, "feature"),
    ("GET", "rollouts/not-a-number", None, "rollout"),
    ("POST", "rollouts/4bc59a01-6403-495e-b831-94a6f9c08229/abort", WHY, "rollout"),
    (
        "POST",
        "api-keys",
        {**WHY, "kind": "server", "environment": "nowhere", "name": "x"},
        "environment",
    ),
    ("POST", "api-keys/aaaaaaaaaaaaaaaaaaaaaa/revoke", WHY, "selector"),
]

INVALID: list[Call] = [
    ("PUT", TOGGLE, {**EXPOSE, "rules": [{**RULE, "percentage": 101}]}, "rules"),
    ("PUT", TOGGLE, {**EXPOSE, "rules": [{**RULE, "percentage": -1}]}, "rules"),
    ("PUT", TOGGLE, {**EXPOSE, "rules": [{**RULE, "percentage": "many"}]}, "rules"),
    ("PUT", TOGGLE, {**EXPOSE, "rules": [{**RULE, "segments": ["nope"]}]}, "rules"),
    ("PUT", TOGGLE, {**EXPOSE, "rules": ["share"]}, "rules.0"),
    ("PUT", TOGGLE, {"enabled": True, "rules": []}, "reason"),
    ("PUT", TOGGLE, {**EXPOSE, "reason": "   "}, "reason"),
    ("PUT", TOGGLE, {**WHY, "rules": []}, "enabled"),
    ("PUT", TOGGLE, {**EXPOSE, "expected_revison": 1}, "expected_revison"),
    ("PUT", TOGGLE, {**EXPOSE, "enabled": "perhaps"}, "enabled"),
    ("POST", f"{TOGGLE}/go-back", {**WHY, "revision": 0}, "revision"),
    ("POST", "features", {**FEATURE, "key": "New Checkout"}, "key"),
    ("POST", "features", {**FEATURE, "key": "-new"}, "key"),
    ("POST", "features", {**FEATURE, "key": LONG}, "key"),
    ("POST", "features", {**FEATURE, "kind": "gadget"}, "kind"),
    ("POST", "features", {**FEATURE, "off_variant": "nope"}, "off_variant"),
    ("POST", "segments", {**WHY, "key": "Beta!", "name": "B", "constraints": []}, "key"),
    (
        "POST",
        "segments",
        {**WHY, "key": "b", "name": "B", "constraints": [{"field": "x", "operator": "IS"}]},
        "constraints",
    ),
    ("POST", "services", {**WHY, "key": "Cart.Shop", "name": "C", "owner": "shop"}, "key"),
    ("POST", "services", {**WHY, "key": LONG, "name": "C", "owner": "shop"}, "key"),
    ("PUT", f"{CART}/versions/V2_beta", WHY, "version"),
    ("PUT", f"{CART}/versions/v2", {**WHY, "endpoints": ["nowhere"]}, "endpoints"),
    ("PUT", f"{CART}/placement", {**WHY, "host": "c", "port": 0, "baseline": "v1"}, "port"),
    (
        "PUT",
        f"{CART}/placement",
        {**WHY, "host": "c", "port": 1, "baseline": "v1", "namespace": "Shop_1"},
        "namespace",
    ),
    (
        "PUT",
        "environments/production/mesh",
        {**WHY, "router": "carrier-pigeon", "settings": {}},
        "router",
    ),
    ("POST", "features/new-checkout/routes", {**ROUTE, "variant": "blue"}, "variant"),
    (
        "POST",
        "features/new-checkout/participants",
        {**WHY, "service": "cart", "part": "watches", "position": 1},
        "part",
    ),
    ("POST", "rollouts", {**START, "steps": []}, "steps"),
    ("POST", "rollouts", {**START, "steps": [{"percentage": 0}]}, "steps"),
    ("POST", "rollouts", {**START, "steps": [{"percentage": 101}]}, "steps"),
    ("POST", "rollouts", {**START, "steps": [{"percentage": 9}, {"percentage": 9}]}, "steps"),
    ("POST", "rollouts", {**START, "steps": [{"percentage": 9, "bake_seconds": 0}]}, "steps"),
    ("POST", "rollouts", {**START, "variant": "off"}, "variant"),
    ("POST", "rollouts", {**START, "gate": {"margin_points": 101}}, "gate"),
    ("POST", "rollouts", {**START, "gate": {"margin": 5}}, "gate"),
    (
        "POST",
        "api-keys",
        {**WHY, "kind": "skeleton", "environment": "staging", "name": "x"},
        "kind",
    ),
    ("GET", "audit?before=yesterday", None, "before"),
]


def refused(caller: Caller, call: Call, status: int) -> None:
    """The call names the field in a sentence, and leaves every row as it was."""
    (method, path, body, field), before = call, everything()
    got, answer = caller.call(method, path, body)
    assert (got, list(answer.get("errors", answer))) == (status, [field]), answer
    assert len(answer["errors"][field]) > 10
    assert everything() == before


@pytest.mark.parametrize("call", UNKNOWN)
def test_call__names_something_unknown__404_names_the_field(
    call: Call, shop: object, as_admin: Caller
) -> None:
    refused(as_admin, call, 404)


@pytest.mark.parametrize("call", INVALID)
def test_call__bad_value__400_names_the_field(call: Call, shop: object, as_admin: Caller) -> None:
    refused(as_admin, call, 400)


def test_start_rollout__one_under_way__409(rollout: Rollout, as_owner: Caller) -> None:
    refused(as_owner, ("POST", "rollouts", START, "feature"), 409)


def test_set_exposure__toggle_has_moved_on__409(shop: object, as_owner: Caller) -> None:
    assert as_owner.put(TOGGLE, EXPOSE)[0] == 200
    stale = {**EXPOSE, "enabled": False, "expected_revision": 1}
    refused(as_owner, ("PUT", TOGGLE, stale, "expected_revision"), 409)


def test_create__key_is_taken__409(shop: object, as_owner: Caller) -> None:
    refused(as_owner, ("POST", "features", {**FEATURE, "key": "new-checkout"}, "key"), 409)
    service = {**WHY, "key": "cart", "name": "Another cart", "owner": "shop"}
    refused(as_owner, ("POST", "services", service, "key"), 409)
    segment = {**WHY, "key": "beta-users", "name": "Others", "constraints": []}
    refused(as_owner, ("POST", "segments", segment, "key"), 409)


def test_resume__rollout_is_not_paused__409(rollout: Rollout, as_owner: Caller) -> None:
    refused(as_owner, ("POST", f"rollouts/{rollout.pk}/resume", WHY, "state"), 409)


@pytest.mark.parametrize("sent", [b"{", b"[]", b'"text"', b"\xff\xfe"])
def test_call__body_is_no_json_object__400(sent: bytes, shop: object, as_owner: Caller) -> None:
    before = everything()
    response = as_owner.client.post("/api/v1/features", sent, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["errors"]["request"]
    assert everything() == before
