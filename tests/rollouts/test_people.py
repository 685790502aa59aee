"""What a person may do while a rollout runs: pause, go on, promote, abort, in each state."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from governance.authorship import Authorship
from governance.changes import perform
from governance.models import AuditEntry
from governance.principals import system
from governance.refusals import Conflict, NotFound
from rollouts import changes
from rollouts.models import Rollout, RolloutState
from rollouts.overtaking import current_revision
from rollouts.reads import get_rollout
from routing.models import Route
from tests.rollouts.conftest import Start
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter

BOB = Authorship(system("bob"), "to be sure")
S = RolloutState
# Where a person comes in: just before the move with this checkpoint.
ACTIVE = {
    S.PREPARING: "verified:cart decided",
    S.EXPOSING: "expose:1 decided",
    S.BAKING: "watch decided",
}
ENDED = (S.COMPLETED, S.ROLLED_BACK)


class Interrupted(Exception):
    """The worker is gone at this point; a person acts before the next one comes."""


def stop_at(world: World, checkpoint: str) -> Rollout:
    """Run until the checkpoint, and no further."""

    def stop(name: str) -> None:
        if name == checkpoint:
            raise Interrupted

    world.checkpoint = stop
    with pytest.raises(Interrupted):
        world.run()
    world.checkpoint = lambda name: None
    return get_rollout(world.rollout)


def is_taken_back(world: World) -> bool:
    found = get_rollout(world.rollout)
    nothing = {
        f"production/{service}": {"baseline": "v1", "matches": []}
        for service in ("payments", "cart", "web")
    }
    return (
        not current_revision(found).enabled
        and not Route.objects.filter(wanted=True).exists()
        and world.router.state()["services"] == nothing
    )


@pytest.mark.parametrize("state", ACTIVE)
def test_pause__in_each_active_state__stands_still_and_goes_on_where_it_was(
    start: Start, router: FakeRouter, state: RolloutState
) -> None:
    world = World(start().id, router)
    assert stop_at(world, ACTIVE[state]).state == state
    paused = perform(BOB, changes.Pause(rollout=world.rollout))
    assert (paused.state, paused.paused_from) == (S.PAUSED, state)
    before = list(paused.effects.values_list("name", flat=True))
    for _ in range(5):
        assert world.tick().state == S.PAUSED
    assert list(paused.effects.values_list("name", flat=True)) == before
    assert perform(BOB, changes.Resume(rollout=world.rollout)).state == state
    assert world.run().state == S.COMPLETED


@pytest.mark.parametrize("state", [*ACTIVE, S.PAUSED])
def test_abort__in_each_active_state__takes_everything_back(
    start: Start, router: FakeRouter, state: RolloutState
) -> None:
    world = World(start().id, router)
    stop_at(world, ACTIVE.get(state, "expose:1 decided"))
    if state == S.PAUSED:
        perform(BOB, changes.Pause(rollout=world.rollout))
    assert perform(BOB, changes.Abort(rollout=world.rollout)).state == S.COMPENSATING
    ended = world.run()
    assert (ended.state, ended.why) == (S.ABORTED, "Aborted by bob: to be sure")
    assert is_taken_back(world)


@pytest.mark.parametrize("action", ["pause", "resume", "promote", "abort"])
@pytest.mark.parametrize("state", [*ENDED, S.COMPENSATING])
def test_any_action__ended_or_going_back__conflict_and_nothing_changed(
    start: Start, router: FakeRouter, state: RolloutState, action: str
) -> None:
    world = World(start().id, router, broken="" if state == S.COMPLETED else "cart")
    if state == S.COMPENSATING:
        stop_at(world, "back:toggle decided")
    else:
        world.run()
    before = AuditEntry.objects.count()
    with pytest.raises(Conflict) as refused:
        perform(BOB, getattr(changes, action.title())(world.rollout))
    assert list(refused.value.errors) == ["state"]
    assert AuditEntry.objects.count() == before


def test_pause__already_paused__conflict(start: Start) -> None:
    rollout = start()
    perform(BOB, changes.Pause(rollout=rollout.id))
    with pytest.raises(Conflict, match="paused already"):
        perform(BOB, changes.Pause(rollout=rollout.id))


def test_resume__not_paused__conflict(start: Start) -> None:
    with pytest.raises(Conflict, match="not paused"):
        perform(BOB, changes.Resume(rollout=start().id))


def test_promote__before_the_bake__conflict(start: Start) -> None:
    with pytest.raises(Conflict, match="has not begun to bake"):
        perform(BOB, changes.Promote(rollout=start().id))


@pytest.mark.parametrize("paused", [False, True])
def test_promote__long_bake__goes_to_the_next_step_at_once(
    start: Start, router: FakeRouter, paused: bool
) -> None:
    steps = [{"percentage": 1, "bake_seconds": 86_400}, {"percentage": 100, "bake_seconds": 2}]
    world = World(start(steps=steps).id, router)
    world.run(until=lambda found: found.state == S.BAKING)
    if paused:
        perform(BOB, changes.Pause(rollout=world.rollout))
    assert perform(BOB, changes.Promote(rollout=world.rollout)).position == 1
    assert world.run().state == S.COMPLETED
    assert AuditEntry.objects.filter(action="rollout.promoted", author="bob").exists()


def test_promote__last_step__completes(start: Start, router: FakeRouter) -> None:
    world = World(start(steps=[{"percentage": 100, "bake_seconds": 86_400}]).id, router)
    world.run(until=lambda found: found.state == S.BAKING)
    assert perform(BOB, changes.Promote(rollout=world.rollout)).state == S.COMPLETED


def test_gate__fails_while_paused__takes_it_back(start: Start, router: FakeRouter) -> None:
    world = World(start().id, router)
    world.run(until=lambda found: found.state == S.BAKING)
    perform(BOB, changes.Pause(rollout=world.rollout))
    world.broken = "cart"
    assert world.run().state == S.ROLLED_BACK
    assert is_taken_back(world)


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["pause", "resume", "promote", "abort"])
def test_any_action__unknown_rollout__not_found(action: str) -> None:
    unknown: UUID = uuid4()
    with pytest.raises(NotFound) as refused:
        perform(BOB, getattr(changes, action.title())(unknown))
    assert list(refused.value.errors) == ["rollout"]
