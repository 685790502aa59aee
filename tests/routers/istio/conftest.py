"""A shop in a namespace of its own: a cart in two versions, and a sidecar that calls it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pytest

from routing.allowed import NamedCluster, allowed_here
from routing.routers.base import Match, ServicePlan, VersionPlan
from routing.routers.istio.objects import DESTINATION_RULE, VIRTUAL_SERVICE, object_name
from routing.routers.istio.router import IstioRouter
from testbed.cluster import Cluster
from testbed.manifests import only_calls, service_entry
from testbed.ports import free_ports
from testbed.sidecar import Sidecar
from tests.routers.istio.plans import HOST, cart
from tests.testbed.answering import Answering, ask

GROUP = "networking.istio.io"


@dataclass
class Shop:
    """The cart as its callers meet it, and the router that routes it with its own rights."""

    cluster: Cluster
    namespace: str
    port: int
    sidecar: Sidecar | None
    router: IstioRouter

    def plan(self, *matches: Match, gone: str = "") -> ServicePlan:
        return cart(self.namespace, self.port, *matches, gone=gone)

    def ask(self, baggage: str = "") -> str:
        return ask(self.port, HOST, **({"baggage": baggage} if baggage else {}))

    def standing(self, kind: str) -> dict[str, Any] | None:
        """Our object as the API server has it."""
        return self.cluster.api.find(self.ours(kind))

    def ours(self, kind: str) -> dict[str, Any]:
        """What names our object to the API."""
        known = {k.name: k for k in (DESTINATION_RULE, VIRTUAL_SERVICE)}[kind]
        metadata = {"name": object_name(self.plan()), "namespace": self.namespace}
        return {"apiVersion": known.api_version, "kind": kind, "metadata": metadata}


class IstioMesh:
    """Fulfils `tests.routers.contract.MeshUnderTest`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.router = shop.router
        v3 = VersionPlan("v3", {"version": "v3"})
        self.plan = replace(shop.plan(), versions=[*shop.plan().versions, v3])

    def send(self, baggage: str | None, *, fail: bool = False) -> tuple[int, str]:
        headers = {"Host": HOST, **({} if baggage is None else {"baggage": baggage})}
        connection = http.client.HTTPConnection("127.0.0.1", self._shop.port, timeout=10)
        with closing(connection):
            connection.request("GET", "/", headers=headers | ({"x-fail": "1"} if fail else {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


@pytest.fixture
def namespace(cluster: Cluster) -> str:
    """One in which the user `togglemesh` may do what the chart lets the worker do."""
    name = cluster.new_namespace("shop")
    for document in rights(name):
        cluster.api.apply(document)
    return name


@pytest.fixture
def shop(cluster: Cluster, namespace: str, versions: dict[str, int]) -> Iterator[Shop]:
    """With a sidecar that may be asked."""
    (port,) = free_ports(1)
    cluster.api.apply(service_entry(namespace, HOST, port, versions))
    cluster.api.apply(only_calls(namespace, "web", HOST))
    sidecar = Sidecar(cluster, namespace, "web")
    sidecar.wait_listening(port)
    router = _router(cluster, [f"http://127.0.0.1:{sidecar.admin_port}"])
    yield Shop(cluster, namespace, port, sidecar, router)
    sidecar.stop()


@pytest.fixture
def bare_shop(cluster: Cluster, namespace: str) -> Shop:
    """Without instances and without a sidecar: only what the API server has."""
    return Shop(cluster, namespace, 8080, None, _router(cluster, []))


@pytest.fixture
def versions() -> Iterator[dict[str, int]]:
    """Two running versions of a service: name → loopback port. Each answers with its name."""
    with Answering("v1") as v1, Answering("v2") as v2:
        yield {"v1": v1.port, "v2": v2.port}


@pytest.fixture
def mesh(shop: Shop) -> IstioMesh:
    """What the contract asks for."""
    return IstioMesh(shop)


@pytest.fixture
def failing_v2() -> Iterator[dict[str, int]]:
    with Answering("v1") as v1, Answering("sorry", status=500) as v2:
        yield {"v1": v1.port, "v2": v2.port}


def _router(cluster: Cluster, sidecars: list[str]) -> IstioRouter:
    kubeconfig = str(cluster.kubeconfig_for("togglemesh"))
    listed = {"testbed": NamedCluster(kubeconfig=kubeconfig)}
    allowed = replace(allowed_here(), clusters=listed)
    return IstioRouter({"cluster": "testbed", "sidecars": sidecars}, allowed)


def rights(namespace: str) -> list[dict[str, Any]]:
    write = ["get", "list", "create", "patch", "delete"]
    rules = [
        _rule(GROUP, ["virtualservices", "destinationrules"], write),
        _rule(GROUP, ["serviceentries"], ["list"]),
        _rule("discovery.k8s.io", ["endpointslices"], ["list"]),
        _rule("", ["pods"], ["list"]),
    ]
    root = "rbac.authorization.k8s.io"
    metadata = {"name": "togglemesh", "namespace": namespace}
    role = {"apiVersion": f"{root}/v1", "kind": "Role", "metadata": metadata, "rules": rules}
    binding = {
        "apiVersion": f"{root}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": root, "kind": "Role", "name": "togglemesh"},
        "subjects": [{"apiGroup": root, "kind": "User", "name": "togglemesh"}],
    }
    return [role, binding]


def _rule(group: str, resources: list[str], verbs: list[str]) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}
