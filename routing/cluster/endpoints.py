"""How many ready instances stand behind a host, by their labels."""

from __future__ import annotations

from collections.abc import Mapping

from routing.cluster.calls import Document
from routing.cluster.objects import Kind, Objects

POD = Kind("", "v1", "Pod", "pods")
ENDPOINT_SLICE = Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices")
SERVICE_NAME = "kubernetes.io/service-name"


def count_ready(objects: Objects, namespace: str, service: str, labels: Mapping[str, str]) -> int:
    """Pods with these labels that the Service of this name sends requests to."""
    chosen = {pod["metadata"]["name"] for pod in objects.list(POD, namespace, labels)}
    slices = objects.list(ENDPOINT_SLICE, namespace, {SERVICE_NAME: service})
    return len(chosen & ready_pods(slices))


def ready_pods(slices: list[Document]) -> set[str]:
    """Names of the pods behind ready endpoints; unstated readiness counts as ready (API docs)."""
    return {
        endpoint["targetRef"]["name"]
        for each in slices
        for endpoint in each.get("endpoints") or []
        if _is_ready(endpoint) and endpoint.get("targetRef", {}).get("kind") == "Pod"
    }


def _is_ready(endpoint: Document) -> bool:
    return (endpoint.get("conditions") or {}).get("ready") is not False
