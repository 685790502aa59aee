"""Somebody else changes the toggle while a rollout is under way: it is never overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from governance.refusals import Conflict
from rollouts import changes
from rollouts.models import Rollout, RolloutState
from rollouts.overtaking import current_revision
from routing.models import Route
from tests.rollouts.conftest import Start
from tests.rollouts.test_people import stop_at
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import FEATURE, PRODUCTION
from togglemesh.engine import Exposure
from toggles.changes import RevertToggle, SetExposure

BOB = Authorship(system("bob"), "I know better")
S = RolloutState
BY_HAND = {
    "id": "by-hand",
    "segments": [],
    "constraints": [],
    "percentage": 33,
    "stickiness": "default",
    "split": [{"variant": "on", "weight": 1}],
}


def by_hand(*, enabled: bool) -> None:
    rules: list[dict[str, Any]] = [BY_HAND] if enabled else []
    perform(
        BOB,
        SetExposure(
            feature=FEATURE,
            environment=PRODUCTION,
            exposure=Exposure.of(enabled=enabled, rules=rules),
            keep_options=True,
        ),
    )


@pytest.fixture
def world(start: Start, router: FakeRouter) -> World:
    """A rollout that bakes its first step."""
    world = World(start().id, router)
    world.run(until=lambda found: found.state == S.BAKING)
    return world


def overtaken(world: World, *, enabled: bool) -> Rollout:
    by_hand(enabled=enabled)
    return world.run(until=lambda found: found.state == S.PAUSED)


def test_advance__toggle_changed_by_hand__holds_and_says_why(world: World) -> None:
    paused = overtaken(world, enabled=True)
    assert paused.why.startswith("bob changed the toggle in revision 3 (I know better)")
    assert current_revision(paused).rules == [BY_HAND]


@pytest.mark.parametrize("point", ["ready decided", "expose:1 decided"])
def test_advance__changed_just_before_a_step__is_not_overwritten(
    start: Start, router: FakeRouter, point: str
) -> None:
    world = World(start().id, router)
    stop_at(world, point)
    paused = overtaken(world, enabled=True)
    assert current_revision(paused).rules == [BY_HAND]


def test_advance__changed_while_the_step_is_decided__is_not_overwritten(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().id, router)

    def change(name: str) -> None:
        if name == "expose:1 decided":
            by_hand(enabled=True)

    world.checkpoint = change
    paused = world.run(until=lambda found: found.state == S.PAUSED)
    assert current_revision(paused).rules == [BY_HAND]


def test_resume__toggle_not_as_the_rollout_left_it__conflict(world: World) -> None:
    overtaken(world, enabled=True)
    with pytest.raises(Conflict, match="Set it back"):
        perform(BOB, changes.Resume(rollout=world.rollout))


def test_resume__set_back_by_hand__goes_on(world: World) -> None:
    overtaken(world, enabled=True)
    perform(BOB, RevertToggle(feature=FEATURE, environment=PRODUCTION, revision=2))
    perform(BOB, changes.Resume(rollout=world.rollout))
    assert world.run().state == S.COMPLETED


def test_abort__somebody_else_exposes_the_variant__toggle_and_routes_stay(world: World) -> None:
    overtaken(world, enabled=True)
    perform(BOB, changes.Abort(rollout=world.rollout))
    ended = world.run()
    assert ended.state == S.ABORTED
    assert "left as they are" in ended.why
    assert current_revision(ended).rules == [BY_HAND]
    assert Route.objects.filter(wanted=True).count() == 3


def test_abort__somebody_else_turned_it_off__only_the_routes_go_back(world: World) -> None:
    paused = overtaken(world, enabled=False)
    number = current_revision(paused).number
    perform(BOB, changes.Abort(rollout=world.rollout))
    ended = world.run()
    assert ended.state == S.ABORTED
    assert current_revision(ended).number == number
    assert not Route.objects.filter(wanted=True).exists()
