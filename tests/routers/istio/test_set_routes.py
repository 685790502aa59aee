"""set_routes, verify, remove: what the sidecar then does, and whose objects are left alone."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from routing.routers.base import RouterRefused, RouterUnavailable, Standing
from routing.routers.istio import callers
from routing.routers.istio.callers import Callers
from testbed.waiting import wait_until
from tests.routers.istio.conftest import Shop
from tests.routers.istio.plans import HOST, TO_V2

pytestmark = pytest.mark.testbed


def follow(shop: Shop, *matches: Any, gone: str = "") -> None:
    """Set, and wait until the sidecar has it."""
    plan = shop.plan(*matches, gone=gone)
    shop.router.set_routes(plan)
    wait_until(lambda: shop.router.verify(plan).standing is Standing.IN_PLACE, 10, "in place")


def test_set_routes__in_place__carried_decision_meets_its_version(shop: Shop) -> None:
    follow(shop, TO_V2)

    assert {shop.ask("feature.new-checkout=on") for _ in range(20)} == {"v2"}
    assert {shop.ask("feature.new-checkout=off") for _ in range(20)} == {"v1"}
    assert {shop.ask() for _ in range(20)} == {"v1"}


def test_set_routes__match_taken_away__everyone_meets_the_baseline(shop: Shop) -> None:
    follow(shop, TO_V2)
    follow(shop)

    assert {shop.ask("feature.new-checkout=on") for _ in range(20)} == {"v1"}


def test_set_routes__requests_under_way__none_fails(shop: Shop) -> None:
    answers: list[str] = []
    ended = threading.Event()

    def keep_asking() -> None:
        while not ended.is_set():
            answers.append(shop.ask("feature.new-checkout=on"))

    asking = [threading.Thread(target=keep_asking) for _ in range(2)]
    for thread in asking:
        thread.start()
    for _ in range(5):
        follow(shop, TO_V2)
        follow(shop, gone="v2")
        shop.router.remove(shop.plan())
    ended.set()
    for thread in asking:
        thread.join(10)

    assert set(answers) == {"v1", "v2"}


def test_set_routes__killed_between_its_writes__old_routes_hold_and_a_repeat_completes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(shop)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(Callers, "await_versions", die)
        with pytest.raises(KeyboardInterrupt):
            shop.router.set_routes(shop.plan(TO_V2))

    assert {shop.ask("feature.new-checkout=on") for _ in range(10)} == {"v1"}
    follow(shop, TO_V2)
    assert {shop.ask("feature.new-checkout=on") for _ in range(10)} == {"v2"}


def test_set_routes__a_caller_cannot_learn_of_the_version__unavailable_and_no_route_written(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(callers, "lacking_versions", lambda *_: {"v2"})

    with pytest.raises(RouterUnavailable, match="does not know v2 yet"):
        shop.router.set_routes(shop.plan(TO_V2))

    assert shop.standing("VirtualService") is None


def test_set_routes__twice__changes_nothing(bare_shop: Shop) -> None:
    plan = bare_shop.plan(TO_V2)
    bare_shop.router.set_routes(plan)
    before = bare_shop.standing("VirtualService")
    bare_shop.router.set_routes(plan)

    after = bare_shop.standing("VirtualService")
    assert before is not None
    assert after is not None
    assert before["metadata"]["resourceVersion"] == after["metadata"]["resourceVersion"]


def test_set_routes__object_of_others_under_our_name__refused_and_untouched(
    bare_shop: Shop,
) -> None:
    theirs = {**bare_shop.ours("VirtualService"), "spec": {"hosts": ["other.test"]}}
    bare_shop.cluster.api.apply(theirs, manager="somebody")

    with pytest.raises(RouterRefused, match="was not written by ToggleMesh"):
        bare_shop.router.set_routes(bare_shop.plan(TO_V2))

    standing = bare_shop.standing("VirtualService")
    assert standing is not None
    assert standing["spec"] == {"hosts": ["other.test"]}
    assert bare_shop.standing("DestinationRule") is None


def test_set_routes__host_routed_by_others__refused_by_its_name(bare_shop: Shop) -> None:
    theirs = bare_shop.ours("VirtualService")
    theirs["metadata"]["name"] = "theirs"
    bare_shop.cluster.api.apply({**theirs, "spec": {"hosts": [HOST]}}, manager="somebody")

    with pytest.raises(RouterRefused, match=f"{bare_shop.namespace}/theirs routes {HOST}"):
        bare_shop.router.set_routes(bare_shop.plan())


def test_set_routes__changed_by_hand__refused_by_that_manager(bare_shop: Shop) -> None:
    bare_shop.router.set_routes(bare_shop.plan(TO_V2))
    hosts_only = {**bare_shop.ours("VirtualService"), "spec": {"hosts": ["by-hand.test"]}}
    bare_shop.cluster.api.apply(hosts_only, manager="by-hand")

    assert bare_shop.router.verify(bare_shop.plan(TO_V2)).standing is Standing.NOT_YET
    with pytest.raises(RouterRefused, match="by-hand changed fields"):
        bare_shop.router.set_routes(bare_shop.plan(TO_V2))


def test_verify__nothing_written__not_yet(bare_shop: Shop) -> None:
    assert bare_shop.router.verify(bare_shop.plan()).standing is Standing.NOT_YET


def test_verify__no_sidecar_to_ask__unknown(bare_shop: Shop) -> None:
    bare_shop.router.set_routes(bare_shop.plan())
    assert bare_shop.router.verify(bare_shop.plan()).standing is Standing.UNKNOWN


def test_remove__ours__gone_and_again_is_fine(bare_shop: Shop) -> None:
    plan = bare_shop.plan(TO_V2)
    theirs = bare_shop.ours("DestinationRule")
    theirs["metadata"]["name"] = "theirs"
    bare_shop.cluster.api.apply({**theirs, "spec": {"host": HOST}}, manager="somebody")
    bare_shop.router.set_routes(plan)

    bare_shop.router.remove(plan)
    bare_shop.router.remove(plan)

    assert bare_shop.standing("VirtualService") is None
    assert bare_shop.standing("DestinationRule") is None
    assert bare_shop.cluster.api.find(theirs) is not None


def test_set_routes__no_right__refused_with_the_remedy(bare_shop: Shop) -> None:
    forbidden = bare_shop.cluster.new_namespace("forbidden")
    bare_shop.namespace = forbidden
    with pytest.raises(RouterRefused, match="give its account the right"):
        bare_shop.router.set_routes(bare_shop.plan())
