"""Reads from a sidecar's configuration which versions it could send requests to now. Pure.

A route may arrive before the version that it names is ready in the proxy; requests that meet it
then fail. So versions are looked for before routes are written, and again when they are verified.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from routing.routers.base import ServicePlan
from routing.routers.istio.hosts import full_host

Document = dict[str, Any]


def clusters_path(plan: ServicePlan) -> str:
    """Only this service's, and only those that are ready: Envoy lists warming ones apart."""
    host = full_host(plan.host, plan.namespace).replace(".", r"\.")
    asked = {
        "resource": "dynamic_active_clusters",
        "name_regex": rf"outbound\|{plan.port}\|[^|]*\|{host}",
        "mask": "cluster.name",
    }
    return f"/config_dump?{urlencode(asked)}"


def lacking_versions(dump: Document, plan: ServicePlan) -> set[str] | None:
    """Versions that the plan's routes name and the sidecar lacks; None when it does not call the
    service at all."""
    host = full_host(plan.host, plan.namespace)
    names = {config.get("cluster", {}).get("name") for config in dump.get("configs") or []}
    if f"outbound|{plan.port}||{host}" not in names:
        return None
    wanted = {plan.baseline, *(match.version for match in plan.matches)}
    return {version for version in wanted if f"outbound|{plan.port}|{version}|{host}" not in names}
