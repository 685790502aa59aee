"""From a ServicePlan to Envoy's own resources. Pure: the same plan gives the same text."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Iterable
from typing import Any

from routing.routers.base import Match, ServicePlan, VersionPlan
from togglemesh.baggage import route_patterns

ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"
CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
ROUTE_TIMEOUT = "15s"
Resource = dict[str, Any]


def cluster_name(service: str, version: str) -> str:
    return f"{service}|{version}"


def plan_routes(plan: ServicePlan) -> Resource:
    """The route configuration: a route for each match, in order, then the baseline's."""
    routes = [_matched_route(plan, match) for match in plan.matches]
    baseline = _route(plan, plan.baseline, {"prefix": "/"}, "baseline")
    return {
        "@type": ROUTES,
        "name": plan.service,
        "virtual_hosts": [
            {"name": plan.service, "domains": ["*"], "routes": [*routes, baseline]},
        ],
    }


def plan_clusters(plan: ServicePlan) -> list[Resource]:
    """A cluster for each version; one without endpoints answers 503."""
    return [_cluster(plan.service, version) for version in plan.versions]


def response(resources: Iterable[Resource]) -> str:
    """An xDS response as Envoy reads it from a file. Its version is the digest of its content."""
    listed = list(resources)
    body = {"version_info": version_of(listed), "resources": listed}
    return json.dumps(body, indent=1, sort_keys=True) + "\n"


def version_of(resources: Iterable[Resource]) -> str:
    text = json.dumps(list(resources), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _matched_route(plan: ServicePlan, match: Match) -> Resource:
    patterns = route_patterns(match.feature, match.variant)
    must, must_not = _baggage(patterns.carries), _baggage(patterns.doubled)
    condition = {"prefix": "/", "headers": [must, {**must_not, "invert_match": True}]}
    return _route(plan, match.version, condition, f"{match.feature}={match.variant}")


def _baggage(pattern: str) -> Resource:
    return {"name": "baggage", "string_match": {"safe_regex": {"regex": pattern}}}


def _route(plan: ServicePlan, version: str, condition: Resource, name: str) -> Resource:
    target = {"cluster": cluster_name(plan.service, version), "timeout": ROUTE_TIMEOUT}
    return {"name": name, "match": condition, "route": target}


def _cluster(service: str, version: VersionPlan) -> Resource:
    name = cluster_name(service, version.version)
    endpoints = [_endpoint(text) for text in version.endpoints]
    return {
        "@type": CLUSTER,
        "name": name,
        "type": "STATIC" if all(_is_address(text) for text in version.endpoints) else "STRICT_DNS",
        "connect_timeout": "1s",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": endpoints}],
        },
        # An instance that takes no connection gets no requests, and does not count as ready.
        "health_checks": [
            {
                "timeout": "1s",
                "interval": "1s",
                "no_traffic_interval": "1s",
                "unhealthy_threshold": 2,
                "healthy_threshold": 1,
                "tcp_health_check": {},
            }
        ],
        # Otherwise Envoy sends requests to dead instances when most are dead.
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
    }


def _endpoint(text: str) -> Resource:
    host, _, port = text.rpartition(":")
    address = {"address": host, "port_value": int(port)}
    return {"endpoint": {"address": {"socket_address": address}}}


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.rpartition(":")[0])
    except ValueError:
        return False
    return True
