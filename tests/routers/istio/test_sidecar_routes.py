"""What a sidecar's routes are taken for: the plan's only when each condition is there."""

from __future__ import annotations

from typing import Any

import pytest

from routing.routers.istio.sidecar_routes import cluster_name, expected_rules, rules_of
from tests.routers.istio.plans import TO_V2, cart
from togglemesh.baggage import route_patterns

PLAN = cart("shop", 8080, TO_V2)
PATTERNS = route_patterns(TO_V2.feature, TO_V2.variant)
CARRIES = {"name": "baggage", "string_match": {"safe_regex": {"regex": PATTERNS.carries}}}
DOUBLED = {"name": "baggage", "string_match": {"safe_regex": {"regex": PATTERNS.doubled}}}
NOT_DOUBLED = {**DOUBLED, "invert_match": True, "treat_missing_header_as_empty": True}
USER = {"name": "x-user-id", "string_match": {"exact": "ann"}}


def test_rules_of__both_conditions__are_those_of_the_plan() -> None:
    assert rules_of(dump([CARRIES, NOT_DOUBLED]), PLAN) == expected_rules(PLAN)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [CARRIES],
        [NOT_DOUBLED],
        [CARRIES, DOUBLED],
        [CARRIES, NOT_DOUBLED, USER],
        [{**CARRIES, "invert_match": True}, NOT_DOUBLED],
    ],
)
def test_rules_of__other_conditions__are_other_rules(headers: list[dict[str, Any]]) -> None:
    assert rules_of(dump(headers), PLAN) != expected_rules(PLAN)


def dump(headers: list[dict[str, Any]]) -> dict[str, Any]:
    """A sidecar's answer in which the route to v2 asks this of headers."""
    routes = [
        {"match": {"prefix": "/", "headers": headers}, "route": to("v2")},
        {"match": {"prefix": "/"}, "route": to("v1")},
    ]
    host = {"name": "cart.shop.test:8080", "routes": routes}
    return {"configs": [{"route_config": {"virtual_hosts": [host]}}]}


def to(version: str) -> dict[str, str]:
    return {"cluster": cluster_name(PLAN, version)}
