"""A rollout under way, and the team of one of its services that takes its agreement back."""

from __future__ import annotations

from accounts.changes import CreateTeam
from governance.changes import perform
from rollouts import changes
from rollouts.models import RolloutState
from routing.changes import AgreeToParticipant, SetService
from routing.models import Route
from tests.rollouts.conftest import Start
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import BY, FEATURE

# What goes to another team's service was agreed to; that team takes it back.
GIVE = SetService("cart", owner="risk")
TAKE_BACK = AgreeToParticipant(FEATURE, "cart", agreed=False)


def take_back() -> None:
    perform(BY, CreateTeam(key="risk", name="Risk"))
    perform(BY, GIVE)
    perform(BY, TAKE_BACK)


def test_rollout__agreement_taken_back_before_its_routes__goes_back_saying_why(
    start: Start, router: FakeRouter
) -> None:
    rollout = start()
    take_back()
    found = World(rollout.pk, router).run()
    assert found.state == RolloutState.ROLLED_BACK
    assert "cart belongs to the team risk, which has not agreed" in found.cause
    assert not Route.objects.filter(wanted=True).exists()


def test_rollout__agreement_taken_back_after_a_step__exposes_nobody_further(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().pk, router)
    world.run(lambda rollout: rollout.state == RolloutState.BAKING)
    take_back()
    found = world.run()
    assert found.state == RolloutState.ROLLED_BACK
    assert found.steps.filter(exposed_at=None).count() == 2
    assert not Route.objects.filter(wanted=True).exists()


def test_rollout__agreement_taken_back__can_be_paused_and_aborted(
    start: Start, router: FakeRouter
) -> None:
    world = World(start().pk, router)
    world.run(lambda rollout: rollout.state == RolloutState.BAKING)
    take_back()
    perform(BY, changes.Pause(world.rollout))
    perform(BY, changes.Abort(world.rollout))
    assert world.run().state == RolloutState.ABORTED
    assert not Route.objects.filter(wanted=True).exists()
