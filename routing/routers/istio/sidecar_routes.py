"""Reads from a sidecar's configuration whether it follows a plan. Pure.

The sidecar's own view, not istiod's: what it has accepted is what requests meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from routing.routers.base import Match, ServicePlan
from routing.routers.istio.hosts import full_host
from togglemesh.baggage import route_patterns

Document = dict[str, Any]
Condition = tuple[str | None, str | None, bool]  # a header, its pattern, whether inverted
Rule = tuple[frozenset[Condition], str]  # on headers, none for everyone; Envoy's cluster


def routes_path(plan: ServicePlan) -> str:
    """Only the routes of the service's port, which Istio names after it."""
    return f"/config_dump?resource=dynamic_route_configs&name_regex={plan.port}"


def expected_rules(plan: ServicePlan) -> list[Rule]:
    """What a sidecar that follows the plan has for this host, in order."""
    rules: list[Rule] = [
        (_carrying(match), cluster_name(plan, match.version)) for match in plan.matches
    ]
    return [*rules, (frozenset(), cluster_name(plan, plan.baseline))]


def cluster_name(plan: ServicePlan, version: str) -> str:
    """Istio's name for a version of a service, as seen by its callers."""
    return f"outbound|{plan.port}|{version}|{full_host(plan.host, plan.namespace)}"


def rules_of(dump: Document, plan: ServicePlan) -> list[Rule] | None:
    """What the sidecar has for this host and port; None when it does not call the service."""
    name = f"{full_host(plan.host, plan.namespace)}:{plan.port}"
    for host in _virtual_hosts(dump.get("configs") or []):
        if host.get("name") == name:
            return [_rule(route) for route in host.get("routes") or []]
    return None


def _virtual_hosts(configs: Iterable[Document]) -> Iterator[Document]:
    for config in configs:
        yield from config.get("route_config", {}).get("virtual_hosts") or []


def _carrying(match: Match) -> frozenset[Condition]:
    patterns = route_patterns(match.feature, match.variant)
    return frozenset([("baggage", patterns.carries, False), ("baggage", patterns.doubled, True)])


def _rule(route: Document) -> Rule:
    headers = route.get("match", {}).get("headers") or []
    return frozenset(map(_condition, headers)), str(route.get("route", {}).get("cluster"))


def _condition(header: Document) -> Condition:
    pattern = header.get("string_match", {}).get("safe_regex", {}).get("regex")
    return header.get("name"), pattern, bool(header.get("invert_match"))
