"""The testbed itself: what the API server takes, istiod hands on, and Envoy does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from testbed.cluster import Cluster
from testbed.manifests import only_calls, service_entry
from testbed.ports import free_ports
from testbed.sidecar import Sidecar
from testbed.waiting import wait_until
from tests.testbed.answering import ask

pytestmark = pytest.mark.testbed
HOST = "cart.shop.test"
ROUTES = "/config_dump?resource=dynamic_route_configs"
CARRIED = r"(.*,)?\s*feature\.new-cart\s*=\s*on\s*([,;].*)?"


@pytest.fixture
def cart(cluster: Cluster, versions: dict[str, int]) -> Iterator[tuple[Sidecar, int]]:
    """A sidecar that may call a service with two versions, and that service's port."""
    namespace, (port,) = cluster.new_namespace("sidecar"), free_ports(1)
    cluster.api.apply(service_entry(namespace, HOST, port, versions))
    cluster.api.apply(only_calls(namespace, "web", HOST))
    sidecar = Sidecar(cluster, namespace, "web")
    sidecar.wait_listening(port)
    yield sidecar, port
    sidecar.stop()


def test_virtual_service__baggage_names_the_variant__sidecar_answers_from_v2(
    cluster: Cluster, cart: tuple[Sidecar, int]
) -> None:
    sidecar, port = cart
    for document in routes(sidecar.namespace):
        cluster.api.apply(document)

    # Without routes v2 answers now and then, so one answer from it would prove nothing.
    wait_until(lambda: f"|v2|{HOST}" in sidecar.read(ROUTES), 10, "the sidecar has the routes")
    # And the route may be there before the version that it names.
    wait_until(lambda: _asked(port, "feature.new-cart=on") == "v2", 10, "v2 for the variant")

    assert _asked(port, "tenant=acme , feature.new-cart=on;ttl=3,x=y") == "v2"
    assert _asked(port, "feature.new-cart=off") == "v1"
    assert _asked(port, "other-feature.new-cart=on") == "v1"
    assert ask(port, HOST) == "v1"


def test_sidecar__no_route__answers_from_both_versions(cart: tuple[Sidecar, int]) -> None:
    _, port = cart
    seen: set[str] = set()

    def has_met_both() -> bool:
        seen.add(ask(port, HOST))
        return seen >= {"v1", "v2"}

    wait_until(has_met_both, 10, "both versions")


def _asked(port: int, baggage: str) -> str:
    return ask(port, HOST, baggage=baggage)


def routes(namespace: str) -> list[dict[str, Any]]:
    """Everyone to v1, who has the variant to v2."""
    subsets = [{"name": v, "labels": {"version": v}} for v in ("v1", "v2")]
    match = {"headers": {"baggage": {"regex": CARRIED}}}
    http = [
        {"match": [match], "route": [{"destination": {"host": HOST, "subset": "v2"}}]},
        {"route": [{"destination": {"host": HOST, "subset": "v1"}}]},
    ]
    return [
        _object("DestinationRule", namespace, {"host": HOST, "subsets": subsets}),
        _object("VirtualService", namespace, {"hosts": [HOST], "http": http}),
    ]


def _object(kind: str, namespace: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": "cart", "namespace": namespace}
    version = "networking.istio.io/v1"
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
