"""The running shop: one decision per request chain, the fault switch, the page for people."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from demo.faults import set_failing
from demo.identities import user
from demo.layout import shop_folder
from testbed.cluster import Cluster
from tests.conditions import eventually
from tests.stack.conftest import Stack
from tests.stack.shop import expose, versions, visit


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with the shop, half of the customers on v2."""
    stack = Stack(tmp_path_factory.mktemp("shop"))
    stack.start()
    try:
        stack.wait_until_ready()
        expose(stack, 50)
        eventually(lambda: shares(stack) == {("v1",) * 3, ("v2",) * 3})
        yield stack
    finally:
        stack.stop()


def shares(stack: Stack) -> set[tuple[str, ...]]:
    """The different ways through the shop that customers take; never a mixed one."""
    return {tuple(versions(stack, user(number))) for number in range(1, 41)}


def of_version(stack: Stack, version: str) -> str:
    """A customer who meets the version."""
    return next(name for name in map(user, range(1, 101)) if versions(stack, name)[0] == version)


def test_shop__same_customer__meets_the_same_version_each_time(shop: Stack) -> None:
    name = of_version(shop, "v2")
    assert [versions(shop, name) for _ in range(10)] == [["v2"] * 3] * 10


def test_shop__decision_from_outside__does_not_count(shop: Stack) -> None:
    name = of_version(shop, "v1")
    _, hops = visit(shop, name, baggage="tenant=acme,feature.new-checkout=on")
    assert [(hop["version"], hop["variant"]) for hop in hops] == [("v1", "off")] * 3


def test_shop__cart_v2_is_made_to_fail__only_its_customers_notice(shop: Stack) -> None:
    lucky, unlucky = of_version(shop, "v1"), of_version(shop, "v2")
    set_failing(shop_folder(shop.home), failing=True)
    try:
        status, hops = visit(shop, unlucky)
        assert status == 502
        assert "made to fail" in hops[1]["error"]
        assert visit(shop, lucky)[0] == 200
    finally:
        set_failing(shop_folder(shop.home), failing=False)
    assert visit(shop, unlucky)[0] == 200


def test_shop__browser_of_a_person__gets_a_page(shop: Stack) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", shop.ports["SHOP_"], timeout=10)
    connection.request("GET", "/", headers={"accept": "text/html,*/*"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert "text/html" in answer.headers["content-type"]
    assert b"<h1>The demo shop</h1>" in answer.read()
    connection.close()


@pytest.mark.testbed
def test_shop__kubeconfig_is_set__is_routed_by_istio(stack: Stack, cluster: Cluster) -> None:
    stack.start(
        KUBECONFIG=str(cluster.kubeconfig), TOGGLEMESH_ISTIOD=f"127.0.0.1:{cluster.xds_port}"
    )
    stack.wait_until_ready()
    expose(stack, 50)
    eventually(lambda: shares(stack) == {("v1",) * 3, ("v2",) * 3}, seconds=30)
    name = of_version(stack, "v1")
    _, hops = visit(stack, name, baggage="feature.new-checkout=on")
    assert [hop["version"] for hop in hops] == ["v1"] * 3
    assert stack.stop() == 0
