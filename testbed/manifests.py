"""Mesh services whose instances are processes on loopback ports, which Kubernetes refuses as
endpoints of a Service and Istio's ServiceEntry takes."""

from __future__ import annotations

from collections.abc import Mapping

from testbed.api import Document


def service_entry(namespace: str, host: str, port: int, versions: Mapping[str, int]) -> Document:
    """A service `host`:`port` with one loopback endpoint (a port) per version."""
    endpoints = [
        {"address": "127.0.0.1", "ports": {"http": at}, "labels": {"version": version}}
        for version, at in versions.items()
    ]
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "ServiceEntry",
        "metadata": {"name": host.split(".", maxsplit=1)[0], "namespace": namespace},
        "spec": {
            "hosts": [host],
            "location": "MESH_INTERNAL",
            "resolution": "STATIC",
            "ports": [{"number": port, "name": "http", "protocol": "HTTP"}],
            "endpoints": endpoints,
            "exportTo": ["."],  # another test's sidecars must not take this port
        },
    }


def only_calls(namespace: str, app: str, *hosts: str) -> Document:
    """Lets a workload's sidecar serve only these hosts: sidecars on one machine share its ports."""
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Sidecar",
        "metadata": {"name": app, "namespace": namespace},
        "spec": {
            "workloadSelector": {"labels": {"app": app}},
            "egress": [{"hosts": [f"./{host}" for host in hosts]}],
        },
    }
