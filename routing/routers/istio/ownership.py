"""When the router keeps its hands off: what others wrote stays theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from routing.cluster.objects import MANAGED_BY, MANAGER
from routing.routers.base import RouterRefused, ServicePlan
from routing.routers.istio.hosts import full_host
from routing.routers.istio.objects import owner_labels

Document = dict[str, Any]


def check_ours(plan: ServicePlan, standing: Document | None) -> None:
    """Raises RouterRefused for an object under our name that is not this service's."""
    if standing is None or is_ours(plan, standing):
        return
    place = f"{standing.get('kind', 'object')} {plan.namespace}/{standing['metadata']['name']}"
    raise RouterRefused(
        f"{place} was not written by ToggleMesh for {plan.service} in {plan.environment}; "
        "rename or delete it."
    )


def check_alone(plan: ServicePlan, routes: Iterable[Document]) -> None:
    """Raises RouterRefused when another VirtualService routes the same host inside the mesh:
    Istio would follow only the older of the two."""
    host = full_host(plan.host, plan.namespace)
    for document in routes:
        if not is_ours(plan, document) and host in _mesh_hosts(document):
            metadata = document["metadata"]
            raise RouterRefused(
                f"VirtualService {metadata['namespace']}/{metadata['name']} routes {plan.host} "
                "already, and Istio follows only one; take the host out of it or delete it."
            )


def is_ours(plan: ServicePlan, document: Document) -> bool:
    """True when it carries our label, for this service in this environment."""
    labels = document["metadata"].get("labels") or {}
    wanted = {**owner_labels(plan), MANAGED_BY: MANAGER}
    return all(labels.get(name) == value for name, value in wanted.items())


def _mesh_hosts(document: Document) -> set[str]:
    spec = document.get("spec") or {}
    if "mesh" not in (spec.get("gateways") or ["mesh"]):
        return set()
    namespace = document["metadata"]["namespace"]
    return {full_host(host, namespace) for host in spec.get("hosts") or []}
