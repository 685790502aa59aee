"""Declare services, versions, places, participants and routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from events.models import OutboxEvent
from governance.changes import Change as TypedChange
from governance.changes import perform
from governance.models import AuditEntry
from governance.refusals import Conflict, Invalid, NotFound, Refusal
from routing import changes
from routing.models import Mesh, Participant, Placement, Route, Service, ServiceVersion
from tests.routing.shop import BY, FEATURE, PRODUCTION
from toggles.changes import CreateFeature
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
        (changes.CreateService, SERVICE),
        (changes.SetVersion, VERSION),
        (changes.SetPlacement, PLACEMENT),
        (changes.AddParticipant, PARTICIPANT),
        (changes.CreateRoute, ROUTE),
        (changes.SetRouteWanted, {k: ROUTE[k] for k in ROUTE if k != "version"} | {"wanted": 1}),
    ],
)
def test_any_action__the_same_again__changes_nothing(
    action: Callable[..., TypedChange[Any]], given: dict[str, Any]
) -> None:
    first = perform(BY, action(**given))
    before = counts()
    assert perform(BY, action(**given)).pk == first.pk
    assert counts() == before


@pytest.mark.parametrize(
    ("action", "given", "field"),
    [
        (changes.CreateService, SERVICE | {"key": "cart", "name": "Another"}, "key"),
        (changes.AddParticipant, PARTICIPANT | {"part": "provides"}, "service"),
        (changes.AddParticipant, PARTICIPANT | {"position": 7}, "service"),
        (changes.CreateRoute, ROUTE | {"version": "v1"}, "version"),
    ],
)
def test_create__a_different_one_under_the_same_key__conflict(
    action: Callable[..., TypedChange[Any]], given: dict[str, Any], field: str
) -> None:
    refuse(Conflict, field, action, given)


@pytest.mark.parametrize(
    ("action", "given", "kind", "field"),
    [
        (changes.CreateService, SERVICE | {"key": "Not_A_Label"}, Invalid, "key"),
        (changes.CreateService, SERVICE | {"key": "x" * 51}, Invalid, "key"),
        (changes.CreateService, SERVICE | {"owner": "nobody"}, NotFound, "owner"),
        (changes.SetVersion, VERSION | {"service": "unknown"}, NotFound, "service"),
        (changes.SetVersion, VERSION | {"environment": "mars"}, NotFound, "environment"),
        (changes.SetVersion, VERSION | {"version": "V 3"}, Invalid, "version"),
        (changes.SetVersion, VERSION | {"labels": []}, Invalid, "labels"),
        (changes.SetVersion, VERSION | {"labels": {"a": "b c"}}, Invalid, "labels"),
        (changes.SetVersion, VERSION | {"labels": {"-a": "b"}}, Invalid, "labels"),
        (changes.SetVersion, VERSION | {"labels": {"Bad_/a": "b"}}, Invalid, "labels"),
        (changes.SetVersion, VERSION | {"labels": {"a": 7}}, Invalid, "labels"),
        (changes.SetVersion, VERSION | {"endpoints": "10.0.0.1:80"}, Invalid, "endpoints"),
        (changes.SetVersion, VERSION | {"endpoints": ["10.0.0.1"]}, Invalid, "endpoints"),
        (changes.SetVersion, VERSION | {"endpoints": ["host:0"]}, Invalid, "endpoints"),
        (changes.SetVersion, VERSION | {"endpoints": ["host:65536"]}, Invalid, "endpoints"),
        (changes.SetVersion, VERSION | {"endpoints": ["a b:80"]}, Invalid, "endpoints"),
        (changes.SetVersion, VERSION | {"endpoints": [":80"]}, Invalid, "endpoints"),
        (changes.SetVersion, VERSION | {"endpoints": [80]}, Invalid, "endpoints"),
        (changes.SetPlacement, PLACEMENT | {"host": "Cart.Shop"}, Invalid, "host"),
        (changes.SetPlacement, PLACEMENT | {"host": "-cart"}, Invalid, "host"),
        (changes.SetPlacement, PLACEMENT | {"host": "a." * 130 + "a"}, Invalid, "host"),
        (changes.SetPlacement, PLACEMENT | {"port": 0}, Invalid, "port"),
        (changes.SetPlacement, PLACEMENT | {"port": "80"}, Invalid, "port"),
        (changes.SetPlacement, PLACEMENT | {"namespace": "Shop"}, Invalid, "namespace"),
        (changes.SetPlacement, PLACEMENT | {"baseline": "v9"}, NotFound, "baseline"),
        (changes.SetPlacement, PLACEMENT | {"service": "unknown"}, NotFound, "service"),
        (changes.SetMesh, MESH | {"router": "smoke-signals"}, Invalid, "router"),
        (changes.SetMesh, MESH | {"environment": "mars"}, NotFound, "environment"),
        (changes.AddParticipant, PARTICIPANT | {"part": "watches"}, Invalid, "part"),
        (changes.AddParticipant, PARTICIPANT | {"position": -1}, Invalid, "position"),
        (changes.AddParticipant, PARTICIPANT | {"feature": "unknown"}, NotFound, "feature"),
        (changes.CreateRoute, ROUTE | {"feature": "unknown"}, NotFound, "feature"),
        (changes.CreateRoute, ROUTE | {"variant": "purple"}, Invalid, "variant"),
        (changes.CreateRoute, ROUTE | {"service": "unknown"}, NotFound, "service"),
        (changes.CreateRoute, ROUTE | {"environment": "mars"}, NotFound, "environment"),
        (changes.CreateRoute, ROUTE | {"version": "v9"}, NotFound, "version"),
    ],
)
def test_any_action__bad_input__refused_by_field_and_nothing_changed(
    action: Callable[..., TypedChange[Any]], given: dict[str, Any], kind: type[Refusal], field: str
) -> None:
    refuse(kind, field, action, given)


def refuse(
    kind: type[Refusal], field: str, action: Callable[..., TypedChange[Any]], given: dict[str, Any]
) -> str:
    """The sentence; the action must refuse, by this field, and change nothing."""
    before = counts()
    with pytest.raises(kind) as refused:
        perform(BY, action(**given))
    assert list(refused.value.errors) == [field]
    assert counts() == before
    return refused.value.errors[field]


def test_create_route__unknown_version__says_which_there_are() -> None:
    sentence = refuse(NotFound, "version", changes.CreateRoute, ROUTE | {"version": "v9"})
    assert sentence == "cart has no version v9 in production; it has v1, v2."


def test_create_route__service_not_placed__refused() -> None:
    perform(BY, changes.SetVersion(service="cart", environment="staging", version="v2"))
    sentence = refuse(Invalid, "service", changes.CreateRoute, ROUTE | {"environment": "staging"})
    assert "set its placement first" in sentence


def test_create_route__second_feature_at_one_service__conflict_that_names_the_first() -> None:
    perform(BY, CreateFeature(key="other", name="Other", owner="shop"))
    sentence = refuse(Conflict, "service", changes.CreateRoute, ROUTE | {"feature": "other"})
    assert FEATURE in sentence
    assert not Feature.objects.get(key="other").carried


def test_create_route__first_route__its_decision_is_carried_from_now_on() -> None:
    assert Feature.objects.get(key=FEATURE).carried


def test_set_version__other_endpoints__changed_and_told() -> None:
    perform(BY, changes.SetVersion(**{**VERSION, "version": "v1", "endpoints": ["10.0.0.1:80"]}))
    found = ServiceVersion.objects.get(service__key="cart", version="v1")
    assert (found.endpoints, found.labels) == (["10.0.0.1:80"], {"a": "b"})
    assert AuditEntry.objects.latest("number").action == "version.set"


def test_set_placement__other_baseline__changed_and_told() -> None:
    perform(BY, changes.SetPlacement(**{**PLACEMENT, "baseline": "v2"}))
    assert Placement.objects.get(service__key="cart").baseline.version == "v2"
    assert OutboxEvent.objects.latest("id").type == "placement.set"


def test_set_routes_wanted__no_such_route__not_found() -> None:
    with pytest.raises(NotFound) as refused:
        perform(
            BY,
            changes.SetRouteWanted(
                feature=FEATURE, environment="staging", service="cart", variant="on", wanted=True
            ),
        )
    assert list(refused.value.errors) == ["service"]
