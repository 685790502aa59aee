"""ready_endpoints and read_traffic: what is there, and what the sidecars count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from routing.routers.base import RouterUnavailable, ServicePlan, Standing, Traffic
from testbed.manifests import service_entry
from testbed.waiting import wait_until
from tests.routers.istio.conftest import Shop
from tests.routers.istio.plans import HOST, TO_V2

pytestmark = pytest.mark.testbed


def test_ready_endpoints__service_entry__counts_by_label(shop: Shop) -> None:
    shop.cluster.api.apply(service_entry(shop.namespace, HOST, shop.port, {"v1": 9001}))
    assert shop.router.ready_endpoints(shop.plan()) == {"v1": 1, "v2": 0}


def test_ready_endpoints__kubernetes_service__counts_ready_pods_only(bare_shop: Shop) -> None:
    api, namespace = bare_shop.cluster.api, bare_shop.namespace
    pods = {"a": "v1", "b": "v1", "c": "v2"}
    for name, version in pods.items():
        api.apply(_pod(namespace, name, version))
    api.apply(_slice(namespace, {"a": True, "b": False, "c": False}))
    plan = replace(bare_shop.plan(), host=f"cart.{namespace}.svc.cluster.local")

    assert bare_shop.router.ready_endpoints(plan) == {"v1": 1, "v2": 0}
    assert bare_shop.router.ready_endpoints(replace(plan, host="cart"))["v1"] == 1


def test_read_traffic__after_requests__counts_each_version_and_its_errors(
    shop: Shop, failing_v2: dict[str, int]
) -> None:
    shop.cluster.api.apply(service_entry(shop.namespace, HOST, shop.port, failing_v2))
    plan = _followed(shop)
    wait_until(lambda: shop.ask("feature.new-checkout=on").startswith("500"), 10, "v2 fails")
    before = shop.router.read_traffic(plan)

    for _ in range(10):
        shop.ask()
    for _ in range(5):
        shop.ask("feature.new-checkout=on")

    after = shop.router.read_traffic(plan)
    assert _gained(before, after, "v1") == Traffic(requests=10, errors=0)
    assert _gained(before, after, "v2") == Traffic(requests=5, errors=5)


def test_read_traffic__no_instance_answers__counts_as_errors(shop: Shop) -> None:
    shop.cluster.api.apply(service_entry(shop.namespace, HOST, shop.port, {"v1": 1, "v2": 1}))
    plan = _followed(shop)
    wait_until(lambda: shop.ask().startswith("503"), 10, "no connection")

    counted = shop.router.read_traffic(plan)["v1"]
    assert counted.errors == counted.requests
    assert counted.errors > 0


def test_read_traffic__sidecar_gone__unavailable_and_the_verdict_unknown(shop: Shop) -> None:
    plan = _followed(shop)
    assert shop.sidecar is not None
    shop.sidecar.stop()

    with pytest.raises(RouterUnavailable, match="does not answer"):
        shop.router.read_traffic(plan)
    assert shop.router.verify(plan).standing is Standing.UNKNOWN


def _followed(shop: Shop) -> ServicePlan:
    plan = shop.plan(TO_V2)
    shop.router.set_routes(plan)
    wait_until(lambda: shop.router.verify(plan).standing is Standing.IN_PLACE, 10, "in place")
    return plan


def _gained(before: Any, after: Any, version: str) -> Traffic:
    nothing = Traffic(0, 0)
    old, new = before.get(version, nothing), after.get(version, nothing)
    return Traffic(new.requests - old.requests, new.errors - old.errors)


def _pod(namespace: str, name: str, version: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "labels": {"version": version}}
    spec = {"containers": [{"name": "cart", "image": "cart"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _slice(namespace: str, pods: dict[str, bool]) -> dict[str, Any]:
    endpoints = [
        {
            "addresses": [f"10.1.0.{place}"],
            "conditions": {"ready": ready},
            "targetRef": {"kind": "Pod", "name": name, "namespace": namespace},
        }
        for place, (name, ready) in enumerate(pods.items(), start=1)
    ]
    labels = {"kubernetes.io/service-name": "cart"}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "cart-1", "namespace": namespace, "labels": labels},
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": [{"name": "http", "port": 80, "protocol": "TCP"}],
    }
