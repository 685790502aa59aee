"""The shop on Istio: with KUBECONFIG set, its routes go through the Kubernetes API to istiod.

The shop's processes stay on this machine. Istio knows them by ServiceEntries, and one sidecar
Envoy, configured by istiod, answers for all three services. KUBECONFIG names the cluster, and
TOGGLEMESH_ISTIOD where istiod serves xDS in plain text (host:port).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controlplane.stack.problems import Problem
from demo.layout import CHAIN, VERSIONS, Layout, host_of
from routing.allowed import NamedCluster
from routing.cluster.calls import Calls
from routing.cluster.objects import APPLY, MANAGER, Kind, Objects
from routing.routers.istio.endpoints import SERVICE_ENTRY

NAMESPACE = "togglemesh-shop"
WORKLOAD = "shop"
CLUSTER = "shop"  # its name in the list of clusters
SIDECAR = Kind("networking.istio.io", "v1", "Sidecar", "sidecars")
DEFAULT_XDS = "127.0.0.1:15010"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Istio:
    """`xds` is istiod's address for proxies."""

    kubeconfig: str
    xds: tuple[str, int]


def named_istio(environ: Mapping[str, str] = os.environ) -> Istio | None:
    """The mesh that the environment names; None without KUBECONFIG. Raises Problem."""
    files = [file for file in environ.get("KUBECONFIG", "").split(os.pathsep) if file]
    if not files:
        return None
    kubeconfig = str(Path(files[0]).absolute())
    return Istio(kubeconfig, _address(environ.get("TOGGLEMESH_ISTIOD") or DEFAULT_XDS))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise Problem(f"TOGGLEMESH_ISTIOD must be host:port, got {text!r}.")
    return host, int(port)


def istio_settings(layout: Layout) -> Document:
    """Settings of the istio router."""
    admin = f"http://127.0.0.1:{layout.admins[WORKLOAD]}"
    return {"cluster": CLUSTER, "sidecars": [admin]}


def declare_services(istio: Istio, layout: Layout) -> None:
    """Tell Istio where the shop's instances are. Safe to repeat; needs rights for it."""
    calls = Calls(NamedCluster(kubeconfig=istio.kubeconfig))
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    path, asked = f"/api/v1/namespaces/{NAMESPACE}", {"fieldManager": MANAGER}
    calls.send("PATCH", path, asked, namespace, APPLY)
    objects = Objects(calls)
    for service in CHAIN:
        objects.apply(SERVICE_ENTRY, service_entry(layout, service))
    objects.apply(SIDECAR, only_the_shop())


def service_entry(layout: Layout, service: str) -> Document:
    """A service whose instances are processes on loopback, which Kubernetes itself refuses."""
    endpoints = [
        {
            "address": "127.0.0.1",
            "ports": {"http": layout.instance(service, version)},
            "labels": {"version": version},
        }
        for version in VERSIONS
    ]
    return {
        "metadata": {"name": service, "namespace": NAMESPACE},
        "spec": {
            "hosts": [host_of(service)],
            "location": "MESH_INTERNAL",
            "resolution": "STATIC",
            "ports": [{"number": layout.proxies[service], "name": "http", "protocol": "HTTP"}],
            "endpoints": endpoints,
            "exportTo": ["."],
        },
    }


def only_the_shop() -> Document:
    """The sidecar listens on real ports of this machine, so it serves nothing but the shop."""
    return {
        "metadata": {"name": WORKLOAD, "namespace": NAMESPACE},
        "spec": {
            "workloadSelector": {"labels": {"app": WORKLOAD}},
            "egress": [{"hosts": [f"./{host_of(service)}" for service in CHAIN]}],
        },
    }
