"""Ready endpoints per version: of a Kubernetes Service, or of a ServiceEntry for any other host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routing.cluster.endpoints import count_ready
from routing.cluster.objects import Kind, Objects
from routing.routers.base import ServicePlan
from routing.routers.istio.hosts import service_of

Document = dict[str, Any]
SERVICE_ENTRY = Kind("networking.istio.io", "v1", "ServiceEntry", "serviceentries")


def count_endpoints(objects: Objects, plan: ServicePlan) -> Mapping[str, int]:
    """By version; 0 where there are none."""
    service = service_of(plan.host, plan.namespace)
    if service is None:
        entries = objects.list(SERVICE_ENTRY, plan.namespace)
        return {v.version: count_static(entries, plan.host, v.labels) for v in plan.versions}
    return {
        v.version: count_ready(objects, plan.namespace, service, v.labels) for v in plan.versions
    }


def count_static(entries: list[Document], host: str, labels: Mapping[str, str]) -> int:
    """Endpoints that entries for the host list under these labels. Istio sends to all of them:
    a ServiceEntry says nothing of readiness."""
    return sum(
        labels.items() <= (endpoint.get("labels") or {}).items()
        for entry in entries
        if host in entry["spec"].get("hosts", [])
        for endpoint in entry["spec"].get("endpoints") or []
    )
