"""Declare services, versions, places, participants and routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from events.models import OutboxEvent
from governance.models import AuditEntry
from governance.refusals import Conflict, Invalid, NotFound, Refusal
from routing import actions
from routing.models import Mesh, Participant, Placement, Route, Service, ServiceVersion
from tests.routing.shop import BY, FEATURE, PRODUCTION
from toggles.actions import create_feature
from toggles.models import Change, Feature

pytestmark = pytest.mark.usefixtures("shop")

SERVICE = {"key": "search", "name": "Search", "owner": "shop"}
VERSION = {"service": "cart", "environment": PRODUCTION, "version": "v3", "labels": {"a": "b"}}
PLACEMENT = {
    "service": "cart",
    "environment": PRODUCTION,
    "host": "cart.shop",
    "port": 80,
    "namespace": "shop",
    "baseline": "v1",
}
PARTICIPANT = {"feature": FEATURE, "service": "cart", "part": "consumes", "position": 1}
ROUTE = {
    "feature": FEATURE,
    "variant": "on",
    "service": "cart",
    "version": "v2",
    "environment": PRODUCTION,
}
MESH = {"environment": "staging", "router": "istio", "settings": {}}


def counts() -> list[int]:
    models = (Service, ServiceVersion, Placement, Mesh, Participant, Route, AuditEntry)
    return [m.objects.count() for m in (*models, OutboxEvent, Change)]


@pytest.mark.parametrize(
    ("action", "given"),
    [
        (actions.create_service, SERVICE),
        (actions.set_version, VERSION),
        (actions.set_placement, PLACEMENT),
        (actions.add_participant, PARTICIPANT),
        (actions.create_route, ROUTE),
        (actions.set_routes_wanted, {k: ROUTE[k] for k in ROUTE if k != "version"} | {"wanted": 1}),
    ],
)
def test_any_action__the_same_again__changes_nothing(
    action: Callable[..., Any], given: dict[str, Any]
) -> None:
    first = action(BY, **given)
    before = counts()
    assert action(BY, **given).pk == first.pk
    assert counts() == before


@pytest.mark.parametrize(
    ("action", "given", "field"),
    [
        (actions.create_service, SERVICE | {"key": "cart", "name": "Another"}, "key"),
        (actions.add_participant, PARTICIPANT | {"part": "provides"}, "service"),
        (actions.add_participant, PARTICIPANT | {"position": 7}, "service"),
        (actions.create_route, ROUTE | {"version": "v1"}, "version"),
    ],
)
def test_create__a_different_one_under_the_same_key__conflict(
    action: Callable[..., Any], given: dict[str, Any], field: str
) -> None:
    refuse(Conflict, field, action, given)


@pytest.mark.parametrize(
    ("action", "given", "kind", "field"),
    [
        (actions.create_service, SERVICE | {"key": "Not_A_Label"}, Invalid, "key"),
        (actions.create_service, SERVICE | {"key": "x" * 51}, Invalid, "key"),
        (actions.create_service, SERVICE | {"owner": "nobody"}, NotFound, "owner"),
        (actions.set_version, VERSION | {"service": "unknown"}, NotFound, "service"),
        (actions.set_version, VERSION | {"environment": "mars"}, NotFound, "environment"),
        (actions.set_version, VERSION | {"version": "V 3"}, Invalid, "version"),
        (actions.set_version, VERSION | {"labels": []}, Invalid, "labels"),
        (actions.set_version, VERSION | {"labels": {"a": "b c"}}, Invalid, "labels"),
        (actions.set_version, VERSION | {"labels": {"-a": "b"}}, Invalid, "labels"),
        (actions.set_version, VERSION | {"labels": {"Bad_/a": "b"}}, Invalid, "labels"),
        (actions.set_version, VERSION | {"labels": {"a": 7}}, Invalid, "labels"),
        (actions.set_version, VERSION | {"endpoints": "10.0.0.1:80"}, Invalid, "endpoints"),
        (actions.set_version, VERSION | {"endpoints": ["10.0.0.1"]}, Invalid, "endpoints"),
        (actions.set_version, VERSION | {"endpoints": ["host:0"]}, Invalid, "endpoints"),
        (actions.set_version, VERSION | {"endpoints": ["host:65536"]}, Invalid, "endpoints"),
        (actions.set_version, VERSION | {"endpoints": ["a b:80"]}, Invalid, "endpoints"),
        (actions.set_version, VERSION | {"endpoints": [":80"]}, Invalid, "endpoints"),
        (actions.set_version, VERSION | {"endpoints": [80]}, Invalid, "endpoints"),
        (actions.set_placement, PLACEMENT | {"host": "Cart.Shop"}, Invalid, "host"),
        (actions.set_placement, PLACEMENT | {"host": "-cart"}, Invalid, "host"),
        (actions.set_placement, PLACEMENT | {"host": "a." * 130 + "a"}, Invalid, "host"),
        (actions.set_placement, PLACEMENT | {"port": 0}, Invalid, "port"),
        (actions.set_placement, PLACEMENT | {"port": "80"}, Invalid, "port"),
        (actions.set_placement, PLACEMENT | {"namespace": "Shop"}, Invalid, "namespace"),
        (actions.set_placement, PLACEMENT | {"baseline": "v9"}, NotFound, "baseline"),
        (actions.set_placement, PLACEMENT | {"service": "unknown"}, NotFound, "service"),
        (actions.set_mesh, MESH | {"router": "smoke-signals"}, Invalid, "router"),
        (actions.set_mesh, MESH | {"environment": "mars"}, NotFound, "environment"),
        (actions.add_participant, PARTICIPANT | {"part": "watches"}, Invalid, "part"),
        (actions.add_participant, PARTICIPANT | {"position": -1}, Invalid, "position"),
        (actions.add_participant, PARTICIPANT | {"feature": "unknown"}, NotFound, "feature"),
        (actions.create_route, ROUTE | {"feature": "unknown"}, NotFound, "feature"),
        (actions.create_route, ROUTE | {"variant": "purple"}, Invalid, "variant"),
        (actions.create_route, ROUTE | {"service": "unknown"}, NotFound, "service"),
        (actions.create_route, ROUTE | {"environment": "mars"}, NotFound, "environment"),
        (actions.create_route, ROUTE | {"version": "v9"}, NotFound, "version"),
    ],
)
def test_any_action__bad_input__refused_by_field_and_nothing_changed(
    action: Callable[..., Any], given: dict[str, Any], kind: type[Refusal], field: str
) -> None:
    refuse(kind, field, action, given)


def refuse(
    kind: type[Refusal], field: str, action: Callable[..., Any], given: dict[str, Any]
) -> str:
    """The sentence; the action must refuse, by this field, and change nothing."""
    before = counts()
    with pytest.raises(kind) as refused:
        action(BY, **given)
    assert list(refused.value.errors) == [field]
    assert counts() == before
    return refused.value.errors[field]


def test_create_route__unknown_version__says_which_there_are() -> None:
    sentence = refuse(NotFound, "version", actions.create_route, ROUTE | {"version": "v9"})
    assert sentence == "cart has no version v9 in production; it has v1, v2."


def test_create_route__service_not_placed__refused() -> None:
    actions.set_version(BY, service="cart", environment="staging", version="v2")
    sentence = refuse(Invalid, "service", actions.create_route, ROUTE | {"environment": "staging"})
    assert "set its placement first" in sentence


def test_create_route__second_feature_at_one_service__conflict_that_names_the_first() -> None:
    create_feature(BY, key="other", name="Other", owner="shop")
    sentence = refuse(Conflict, "service", actions.create_route, ROUTE | {"feature": "other"})
    assert FEATURE in sentence
    assert not Feature.objects.get(key="other").carried


def test_create_route__first_route__its_decision_is_carried_from_now_on() -> None:
    assert Feature.objects.get(key=FEATURE).carried


def test_set_version__other_endpoints__changed_and_told() -> None:
    actions.set_version(BY, **{**VERSION, "version": "v1", "endpoints": ["10.0.0.1:80"]})
    found = ServiceVersion.objects.get(service__key="cart", version="v1")
    assert (found.endpoints, found.labels) == (["10.0.0.1:80"], {"a": "b"})
    assert AuditEntry.objects.latest("number").action == "version.set"


def test_set_placement__other_baseline__changed_and_told() -> None:
    actions.set_placement(BY, **{**PLACEMENT, "baseline": "v2"})
    assert Placement.objects.get(service__key="cart").baseline.version == "v2"
    assert OutboxEvent.objects.latest("id").type == "placement.set"


def test_set_routes_wanted__no_such_route__not_found() -> None:
    with pytest.raises(NotFound) as refused:
        actions.set_routes_wanted(
            BY, feature=FEATURE, environment="staging", service="cart", variant="on", wanted=True
        )
    assert list(refused.value.errors) == ["service"]
