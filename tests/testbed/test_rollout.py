"""The main job on a real API server, istiod and Envoy: one feature goes live across three services,
and comes back when it goes wrong. The whole stack runs, as a person starts it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demo.faults import set_failing
from demo.istio import NAMESPACE
from demo.layout import CHAIN, shop_folder
from testbed.cluster import Cluster
from tests.conditions import eventually
from tests.stack.conftest import Stack, stack, stacks
from tests.stack.operator import Operator
from tests.stack.shop import versions, visit
from togglemesh.engine import share_bucket

__all__ = ["stack", "stacks"]

pytestmark = pytest.mark.testbed

CUSTOMERS = [f"customer-{number}" for number in range(200)]
V1, V2 = ["v1"] * 3, ["v2"] * 3


@pytest.fixture
def shop(cluster: Cluster, stack: Stack) -> Stack:
    """The demo shop in the cluster's mesh."""
    istiod = f"127.0.0.1:{cluster.xds_port}"
    stack.start(KUBECONFIG=str(cluster.kubeconfig), TOGGLEMESH_ISTIOD=istiod)
    stack.wait_until_ready()
    return stack


@pytest.fixture
def bystander(shop: Stack) -> Iterator[Callable[[], int]]:
    """One customer after another, all the time; how many came, once none met half a feature."""
    stop, wrong, seen = threading.Event(), [], [0]

    def walk() -> None:
        while not stop.is_set():
            user = f"bystander-{seen[0]}"
            _, hops = visit(shop, user)
            met = {hop.get("version") for hop in hops if "version" in hop}
            variants = {hop.get("variant") for hop in hops if "variant" in hop}
            if len(met) > 1 or len(variants) > 1:
                wrong.append(hops)
            seen[0] += 1

    thread = threading.Thread(target=walk, daemon=True)
    thread.start()

    def count() -> int:
        assert not wrong, wrong[0]
        return seen[0]

    yield count
    stop.set()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert count() > 0


def test_rollout__on_istio__moves_traffic_and_comes_back_when_v2_fails(
    cluster: Cluster, shop: Stack, bystander: Callable[[], int]
) -> None:
    operator = Operator(shop)
    before = {service: routes_of(cluster, service) for service in CHAIN}
    rollout = operator.start_rollout(
        {"segment": "beta-users"}, {"percentage": 10}, {"percentage": 50}
    )

    operator.wait_until_baking(rollout, 0)
    eventually(lambda: visit(shop, "x", **{"x-user-group": "beta"})[1][0]["version"] == "v2")
    assert all(versions(shop, user) == V1 for user in CUSTOMERS[:50])

    for position, percentage in ((1, 10), (2, 50)):
        operator.post(f"rollouts/{rollout}/promote", reason="looks good")
        operator.wait_until_baking(rollout, position)
        everybody_has_their_share(shop, percentage)
    assert all(len(routes_of(cluster, service)) == 2 for service in CHAIN)

    set_failing(shop_folder(shop.home), failing=True)
    ended = operator.wait_until_finished(rollout)

    assert ended["state"] == "rolled-back"
    assert "cart v2 failed" in ended["why"]
    assert all(versions(shop, user) == V1 for user in CUSTOMERS[:100])
    assert {service: routes_of(cluster, service) for service in CHAIN} == before
    toggle = operator.get("features/new-checkout/toggles/production")
    assert toggle["current"]["enabled"] is False
    assert way_back(operator, rollout) == [
        "rollout.going-back",
        "back:toggle",
        "drained",
        *[f"{what}:{service}" for service in CHAIN for what in ("unwant", "unroute")],
        "rollout.rolled-back",
    ]
    assert bystander() > 100


def everybody_has_their_share(shop: Stack, percentage: int) -> None:
    """Exactly those meet v2, in every service, whom the bucket says; as many as chance allows."""
    chosen = {u for u in CUSTOMERS if share_bucket("new-checkout", u) <= percentage}
    # The first hop hears of the step a moment after the page does.
    eventually(lambda: all(versions(shop, user) == V2 for user in sorted(chosen)[:5]))
    met = {user: versions(shop, user) for user in CUSTOMERS}
    assert {user for user, seen in met.items() if seen == V2} == chosen
    assert {user for user, seen in met.items() if seen == V1} == set(CUSTOMERS) - chosen
    share = percentage / 100
    four_sigma = 4 * math.sqrt(len(CUSTOMERS) * share * (1 - share))
    assert abs(len(chosen) - len(CUSTOMERS) * share) <= four_sigma


def routes_of(cluster: Cluster, service: str) -> list[dict[str, Any]]:
    """What the VirtualService of a service says, as the API server has it."""
    metadata = {"name": f"togglemesh-{service}", "namespace": NAMESPACE}
    kind = {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService"}
    found = cluster.api.find({**kind, "metadata": metadata})
    assert found
    http: list[dict[str, Any]] = found["spec"]["http"]
    return http


def way_back(operator: Operator, rollout: str) -> list[str]:
    """What the audit log tells of the rollout from where it went back."""
    told = list(reversed(operator.get("audit", subject=f"rollout:{rollout}")["items"]))
    names = [entry["detail"].get("effect", entry["action"]) for entry in told]
    return names[names.index("rollout.going-back") :]
