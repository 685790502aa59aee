"""The way down: the toggle, then the routes. It never gives up half-way."""

from __future__ import annotations

from governance.changes import perform
from rollouts.effects.doing import Doing, enter, turn
from rollouts.effects.wanted import give_routes, set_wanted
from rollouts.models import Rollout
from rollouts.overtaking import still_given, why_overtaken
from rollouts.record import saga, tell
from rollouts.saves import LostRace, move
from rollouts.view import Kind
from toggles.changes import RevertToggle


def back(doing: Doing) -> bool:
    with turn(doing) as rollout:
        overtaken = why_overtaken(rollout)
        if overtaken and still_given(rollout):
            raise LostRace  # look again: somebody else gives the variant, so it is kept
        if overtaken:
            enter(doing, rollout, how=f"It was left as it is, which gives nobody: {overtaken}")
        else:
            _set_back(doing, rollout)
    return False


def _set_back(doing: Doing, rollout: Rollout) -> None:
    change = RevertToggle(
        rollout.toggle.feature.key,
        rollout.toggle.environment.key,
        rollout.before.number,
        origin=f"rollout:{rollout.id}:back",
    )
    revision = perform(saga(rollout), change)
    enter(doing, rollout, revision=revision.number, content_of=rollout.before.number)


def unwant(doing: Doing) -> bool:
    set_wanted(doing, wanted=False)
    return False


def unroute(doing: Doing) -> bool:
    give_routes(doing)
    return False


def entry(doing: Doing) -> bool:
    """Only the entry: the new version is drained, or things are kept as they are."""
    with turn(doing) as rollout:
        enter(doing, rollout, how=doing.move.why)
    return False


def finish(doing: Doing) -> bool:
    with turn(doing) as rollout:
        kept = rollout.effects.filter(name=Kind.KEPT).first()
        why = " ".join(filter(None, [rollout.cause, kept.detail["how"] if kept else ""]))
        end = rollout.compensating_to
        move(rollout, end, why, doing.now)
        tell(saga(rollout), rollout, f"rollout.{end}", {"position": rollout.position})
    return True
