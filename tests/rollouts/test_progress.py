"""What pages and the API show of a rollout."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from governance.refusals import NotFound
from rollouts.models import RolloutState, TrafficSample
from rollouts.progress import Progress
from rollouts.reads import active_rollout, get_rollout, progress, rollouts_of, samples_of
from tests.rollouts.conftest import Start
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import FEATURE, PRODUCTION

S = RolloutState


def seen(world: World) -> Progress:
    return progress(world.rollout, world.now)


def allowed(found: Progress) -> list[str]:
    return [action.name for action in found.actions if action.allowed]


def test_progress__just_started__nobody_is_exposed(start: Start, router: FakeRouter) -> None:
    found = seen(World(start().id, router))
    assert found.headline.startswith("Putting the routes in place")
    assert found.exposed == "Nobody has it from this rollout."
    assert [step.status for step in found.steps] == ["current", "waiting", "waiting"]
    assert [(s.service, s.measured) for s in found.services] == [
        ("payments", None),
        ("cart", None),
        ("web", None),
    ]
    assert allowed(found) == ["pause", "abort"]


def test_progress__second_step_bakes__shows_asked_and_measured(
    start: Start, router: FakeRouter
) -> None:
    steps = [{"segment": "beta-users", "bake_seconds": 1}, {"percentage": 10, "bake_seconds": 60}]
    world = World(start(steps=steps).id, router)
    world.run(until=lambda r: r.position == 1)
    for _ in range(15):
        world.tick()
    world.later(0.5)
    found = seen(world)
    assert found.headline.startswith("Watching step 2 of 2, 10 %, ")
    assert found.exposed == "Beta-users, and 10 % of everyone else, have it."
    assert [step.status for step in found.steps] == ["done", "current"]
    assert 0.2 < found.bake_fraction < 0.3
    cart = found.services[1]
    assert (cart.asked, cart.measured) == (10, 16.67)
    assert (cart.new.version, cart.new.requests, cart.new.error_rate) == ("v2", 200, 0.0)
    assert (cart.baseline.version, cart.baseline.share) == ("v1", 83.33)
    assert len(cart.history) >= 14
    assert {point.share for point in cart.history[3:]} == {16.67}
    assert allowed(found) == ["pause", "promote", "abort"]


def test_progress__rolled_back__says_why_and_lists_the_effects(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router, broken="cart")
    world.run()
    found = seen(world)
    assert (found.state, found.finished) == (S.ROLLED_BACK, True)
    assert found.headline == "Rolled back: toggle and routes are as they were."
    assert found.why.startswith("cart v2 failed")
    assert found.exposed == "Nobody has it from this rollout."
    assert [step.status for step in found.steps] == ["taken-back", "waiting", "waiting"]
    assert [s.asked for s in found.services] == [0, 0, 0]
    assert found.effects[0].sentence == "The route of payments is wanted from now on."
    assert (
        found.effects[-1].sentence == "The mesh was given back the routes of payments as they were."
    )
    assert allowed(found) == []
    assert {a.why_not for a in found.actions} == {"The rollout has ended: it is rolled-back."}


def test_progress__completed__everyone_is_exposed(start: Start, router: FakeRouter) -> None:
    world = World(start().id, router)
    world.run()
    found = seen(world)
    assert found.exposed == "Everyone has it."
    assert [step.status for step in found.steps] == ["done"] * 3
    assert found.finished_at == world.now


@pytest.mark.parametrize("broken", ["", "cart"])
def test_progress__at_every_moment__can_be_told(
    start: Start, router: FakeRouter, broken: str
) -> None:
    """No state between two moves is without words."""
    world = World(start().id, router, broken=broken)

    def look(_checkpoint: str) -> None:
        found = seen(world)
        assert found.headline
        assert all(effect.sentence for effect in found.effects)

    world.checkpoint = look
    assert world.run().state in (S.COMPLETED, S.ROLLED_BACK)


def test_samples_of__another_rollout_of_the_environment__does_not_mix(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router)
    world.run(until=lambda r: r.state == S.BAKING)
    sample = TrafficSample.objects.latest("at")
    counts = {"other": {"v1": [5, 0]}}
    TrafficSample.objects.create(environment=sample.environment, at=sample.at, counts=counts)
    found = samples_of(get_rollout(world.rollout), world.now)
    assert [set(s.counts) for s in found] == [{"payments", "cart", "web"}]


def test_active_rollout__one_ended_one_under_way__is_the_latter(
    start: Start, router: FakeRouter
) -> None:
    World(start().id, router, broken="cart").run()
    second = start()
    assert active_rollout(feature=FEATURE, environment=PRODUCTION) == second
    assert len(rollouts_of(feature=FEATURE)) == 2
    assert active_rollout(feature=FEATURE, environment="staging") is None


@pytest.mark.django_db
def test_progress__unknown__not_found() -> None:
    with pytest.raises(NotFound) as refused:
        progress(uuid4(), timezone.now())
    assert list(refused.value.errors) == ["rollout"]
