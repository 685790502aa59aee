"""The documents that plans become, and what is refused before anything is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from routing.routers.base import Match, RouterRefused, VersionPlan
from routing.routers.istio.objects import check_plan, plan_routes, plan_rule, still_used
from routing.routers.istio.ownership import check_alone, check_ours
from tests.routers.istio.plans import HOST, TO_V2, cart

PLAN = cart("shop", 8080, TO_V2)


def test_plan_routes__a_match__goes_before_the_baseline() -> None:
    first, last = plan_routes(PLAN)["spec"]["http"]

    assert first["route"] == [{"destination": {"host": HOST, "subset": "v2"}}]
    assert last == {
        "name": "baseline",
        "route": [{"destination": {"host": HOST, "subset": "v1"}}],
    }


def test_plan_routes__a_match__takes_who_carries_the_decision_once() -> None:
    (match,) = plan_routes(PLAN)["spec"]["http"][0]["match"]
    carries, doubled = match["headers"]["baggage"], match["withoutHeaders"]["baggage"]

    assert re.fullmatch(carries["regex"], "tenant=a, feature.new-checkout=on;ttl=1,x=y")
    assert not re.fullmatch(carries["regex"], "feature.new-checkout=only")
    assert re.fullmatch(doubled["regex"], "feature.new-checkout=on,feature.new-checkout=")
    assert not re.fullmatch(doubled["regex"], "feature.new-checkout=on,feature.new-checkout")


def test_plan_rule__versions__become_subsets_under_our_labels() -> None:
    rule = plan_rule(PLAN)

    assert [s["name"] for s in rule["spec"]["subsets"]] == ["v1", "v2"]
    assert rule["metadata"]["labels"] == {
        "togglemesh.dev/service": "cart",
        "togglemesh.dev/environment": "production",
    }


def test_still_used__route_to_a_version_that_went__keeps_its_subset_for_one_pass() -> None:
    rule, routes = plan_rule(PLAN), plan_routes(PLAN)
    without_v2 = cart("shop", 8080, gone="v2")

    kept = plan_rule(without_v2, still_used(rule, routes))
    dropped = plan_rule(without_v2, still_used(kept, plan_routes(without_v2)))

    assert [s["name"] for s in kept["spec"]["subsets"]] == ["v1", "v2"]
    assert [s["name"] for s in dropped["spec"]["subsets"]] == ["v1"]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (replace(PLAN, baseline="v9"), "no version v9"),
        (cart("shop", 8080, Match("f", "on", "v3")), "no version v3"),
        (replace(PLAN, versions=[VersionPlan("v1", {})]), "has no labels"),
        (replace(PLAN, versions=[VersionPlan("V_1", {"a": "b"})]), "cannot be the name"),
    ],
)
def test_check_plan__istiod_would_ignore_it__refused(plan: Any, words: str) -> None:
    with pytest.raises(RouterRefused, match=words):
        check_plan(plan)


def test_check_ours__no_label_of_ours__refused() -> None:
    standing = {"kind": "VirtualService", "metadata": {"name": "togglemesh-cart"}}
    with pytest.raises(RouterRefused, match="VirtualService shop/togglemesh-cart was not written"):
        check_ours(PLAN, standing)


@pytest.mark.parametrize(
    ("spec", "refused"),
    [
        ({"hosts": [HOST]}, True),
        ({"hosts": [HOST], "gateways": ["mesh", "edge"]}, True),
        ({"hosts": [HOST], "gateways": ["edge"]}, False),
        ({"hosts": ["other.shop.test"]}, False),
    ],
)
def test_check_alone__routes_of_others__only_the_same_host_in_the_mesh_is_refused(
    spec: dict[str, Any], refused: bool
) -> None:
    theirs = {"metadata": {"name": "theirs", "namespace": "shop"}, "spec": spec}
    if not refused:
        return check_alone(PLAN, [theirs])
    with pytest.raises(RouterRefused, match="shop/theirs routes cart"):
        check_alone(PLAN, [theirs])
    return None
