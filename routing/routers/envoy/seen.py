"""What the answers of Envoy's admin mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from routing.routers.base import ServicePlan, Traffic
from routing.routers.envoy.resources import cluster_name

CLUSTERS_VERSION = "cluster_manager.cds.version_text"
WARMING = "cluster_manager.warming_clusters"
COMPLETED = "upstream_rq_completed"
FAILED = "upstream_rq_5xx"


def routes_version(service: str) -> str:
    """The name of the text that holds the version of the routes (see bootstrap: stat_prefix)."""
    return f"http.{service}.rds.{service}.version_text"


def standing_pattern(service: str) -> str:
    return (
        rf"^(cluster_manager\.(cds\.version_text|warming_clusters)|http\.{_dots(service)}\.rds\.)"
    )


def traffic_pattern(service: str) -> str:
    return rf"^cluster\.{_dots(service)}\|.*\.({COMPLETED}|{FAILED})$"


def missing(stats: Mapping[str, Any], service: str, clusters: str, routes: str) -> str:
    """What the proxy does not act on yet; empty when it acts on both versions."""
    if stats.get(CLUSTERS_VERSION) != clusters:
        return "clusters"
    if stats.get(WARMING, 0):
        return "the first health check of its clusters"
    if stats.get(routes_version(service)) != routes:
        return "routes"
    return ""


def traffic_in(stats: Mapping[str, Any], plan: ServicePlan) -> dict[str, Traffic]:
    """Envoy counts a reset or a time-out as completed with 5xx, so the two fit together."""
    found = {}
    for version in plan.versions:
        prefix = f"cluster.{cluster_name(plan.service, version.version)}."
        if prefix + COMPLETED in stats:
            requests, errors = stats[prefix + COMPLETED], stats.get(prefix + FAILED, 0)
            found[version.version] = Traffic(int(requests), int(errors))
    return found


def add_up(each: Iterable[Mapping[str, Traffic]]) -> dict[str, Traffic]:
    total: dict[str, Traffic] = {}
    for counts in each:
        for version, seen in counts.items():
            before = total.get(version, Traffic(0, 0))
            total[version] = Traffic(before.requests + seen.requests, before.errors + seen.errors)
    return total


def healthy_hosts(hosts: Iterable[Mapping[str, Any]]) -> set[str]:
    """`host:port` of the instances to which the proxy sends requests."""
    return {_place(host) for host in hosts if _is_healthy(host.get("health_status", {}))}


def _is_healthy(status: Mapping[str, Any]) -> bool:
    return status.get("eds_health_status", "HEALTHY") == "HEALTHY" and not any(
        status.get(name)
        for name in ("failed_active_health_check", "pending_active_hc", "failed_outlier_check")
    )


def _place(host: Mapping[str, Any]) -> str:
    address = host.get("address", {}).get("socket_address", {})
    return f"{address.get('address')}:{address.get('port_value')}"


def _dots(service: str) -> str:
    return service.replace(".", r"\.")
