"""Reads from a sidecar's configuration whether it follows a plan. Pure.

The sidecar's own view, not istiod's: what it has accepted is what requests meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from routing.routers.base import ServicePlan
from routing.routers.istio.hosts import full_host
from togglemesh.baggage import route_pattern

Document = dict[str, Any]
Rule = tuple[str | None, str]  # the pattern on baggage, None for everyone; Envoy's cluster


def routes_path(plan: ServicePlan) -> str:
    """Only the routes of the service's port, which Istio names after it."""
    return f"/config_dump?resource=dynamic_route_configs&name_regex={plan.port}"


def expected_rules(plan: ServicePlan) -> list[Rule]:
    """What a sidecar that follows the plan has for this host, in order."""
    rules: list[Rule] = [
        (route_pattern(match.feature, match.variant), cluster_name(plan, match.version))
        for match in plan.matches
    ]
    return [*rules, (None, cluster_name(plan, plan.baseline))]


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


def _rule(route: Document) -> Rule:
    headers = route.get("match", {}).get("headers") or []
    patterns = [
        header.get("string_match", {}).get("safe_regex", {}).get("regex")
        for header in headers
        if header.get("name") == "baggage"
    ]
    return (patterns[0] if patterns else None, str(route.get("route", {}).get("cluster")))
