"""A mesh that is down, slow, or says no; services that nobody asks."""

from __future__ import annotations

import pytest

from governance.changes import perform
from rollouts import changes
from rollouts.models import RolloutState
from rollouts.overtaking import current_revision
from routing.models import Route
from tests.rollouts.conftest import Start
from tests.rollouts.test_people import BOB, is_taken_back, stop_at
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter

S = RolloutState


def test_advance__mesh_down_for_a_moment_on_the_way_up__goes_on(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router)
    router.change(down=True)
    for _ in range(3):
        assert "the mesh is down" in world.tick().why
    router.change(down=False)
    assert world.run().state == S.COMPLETED


def test_advance__proxies_do_not_take_the_routes__goes_back_after_the_deadline(
    start: Start, router: FakeRouter
) -> None:
    router.change(not_yet=["cart"])
    rollout = start()
    world = World(rollout.id, router)
    ended = world.run()
    assert ended.state == S.ROLLED_BACK
    assert "not in place within 30 s" in ended.why
    assert "cart: the proxies have not taken it up" in ended.why
    assert 30 <= (world.now - rollout.started_at).total_seconds() < 40
    assert is_taken_back(world)


def test_advance__mesh_says_no__goes_back_with_its_words(start: Start, router: FakeRouter) -> None:
    world = World(start().id, router)
    router.change(refuses="no such namespace")
    found = world.run(until=lambda seen: seen.state == S.COMPENSATING)
    assert found.cause == "The mesh refuses: no such namespace"
    assert "A person must act" in world.tick().why
    router.change(refuses="")
    assert world.run().state == S.ROLLED_BACK


def test_advance__version_loses_its_endpoints_after_start__no_route_names_it(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router)
    router.change(not_ready=["cart v2"])
    ended = world.run()
    assert ended.state == S.ROLLED_BACK
    assert "cart v2 has no ready endpoints" in ended.why
    assert ["cart", ["v2"]] not in router.state()["writes"]


def test_advance__mesh_down_on_the_way_down__tries_for_ever_and_says_so(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router, broken="cart")
    found = stop_at(world, "unwant:web decided")
    router.change(down=True)
    for _ in range(50):
        found = world.tick()
    assert found.state == S.COMPENSATING
    assert found.why.startswith("cart v2 failed")
    assert found.why.endswith("the mesh is down. Trying again.")
    assert not current_revision(found).enabled
    router.change(down=False)
    assert world.run().state == S.ROLLED_BACK
    assert is_taken_back(world)


def test_advance__counts_cannot_be_read__never_goes_on(start: Start, router: FakeRouter) -> None:
    world = World(start().id, router)
    world.run(until=lambda found: found.state == S.BAKING)
    router.change(down=True)
    for _ in range(60):
        found = world.tick()
    assert (found.state, found.position) == (S.BAKING, 0)
    assert "the mesh is down" in found.why
    router.change(down=False)
    assert world.run().state == S.COMPLETED


def quiet(world: World) -> World:
    """Nobody asks for anything any more."""
    world.silent = True
    return world


def test_advance__nobody_comes__waits_one_more_bake_then_goes_on_and_says_so(
    start: Start, router: FakeRouter
) -> None:
    rollout = start(steps=[{"percentage": 1, "bake_seconds": 10}])
    world = quiet(World(rollout.id, router))
    world.run(until=lambda found: "waits for traffic" in found.why)
    ended = world.run()
    assert ended.state == S.COMPLETED
    assert "Went on without enough traffic to tell: payments v2 has had 0 requests" in ended.why
    assert (world.now - rollout.started_at).total_seconds() >= 20


def test_advance__nobody_comes_and_the_gate_holds__waits_for_a_person(
    start: Start, router: FakeRouter
) -> None:
    steps = [{"percentage": 1, "bake_seconds": 2}]
    world = quiet(World(start(steps=steps, gate={"on_no_traffic": "hold"}).id, router))
    held = world.run(until=lambda found: found.state == S.PAUSED)
    assert held.why.startswith("Too little traffic to go on by itself")
    perform(BOB, changes.Promote(rollout=world.rollout))
    assert world.run().state == S.COMPLETED


def test_advance__requests_do_not_end__drains_no_longer_than_the_bound(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router, broken="cart")
    world.stuck = True
    ended = world.run()
    assert ended.state == S.ROLLED_BACK
    drained = ended.effects.get(name="drained")
    assert "the longest it waits" in drained.detail["how"]
    back = ended.effects.get(name="back:toggle")
    assert 15 <= (drained.done_at - back.done_at).total_seconds() <= 17


def test_advance__routes_wanted_before__stay(start: Start, router: FakeRouter) -> None:
    Route.objects.filter(service__key="cart").update(wanted=True)
    ended = World(start().id, router, broken="web").run()
    assert ended.state == S.ROLLED_BACK
    assert [r.service.key for r in Route.objects.filter(wanted=True)] == ["cart"]


@pytest.mark.parametrize("fault", [ValueError("a bug"), KeyError("v2")])
def test_advance__fault_in_a_router__is_as_if_the_mesh_were_down(
    start: Start, router: FakeRouter, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    world = World(start().id, router)

    def set_routes(_plan: object) -> None:
        raise fault

    monkeypatch.setattr(router, "set_routes", set_routes)
    assert type(fault).__name__ in world.tick().why
    monkeypatch.undo()
    assert world.run().state == S.COMPLETED
