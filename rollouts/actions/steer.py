"""Pause, resume, promote, abort a rollout."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.authorship import Authorship
from governance.refusals import Conflict
from governance.turn import take_turn
from rollouts import record, rules
from rollouts.models import Rollout, RolloutState
from rollouts.nudges import nudge_after_commit
from rollouts.overtaking import why_overtaken
from rollouts.reads import get_rollout
from rollouts.saves import end_bake, move


@transaction.atomic
def pause(by: Authorship, *, rollout: UUID) -> Rollout:
    """Stop where it is. What is exposed stays exposed, and the gate goes on watching it."""
    found = _claim(rollout, "pause")
    move(found, RolloutState.PAUSED, f"Paused by {by.author}: {by.reason}", timezone.now())
    return _tell(by, found, "rollout.paused")


@transaction.atomic
def resume(by: Authorship, *, rollout: UUID) -> Rollout:
    """Go on from where it was paused. Conflict while the toggle is not as the rollout left it."""
    found = _claim(rollout, "resume")
    _check_ours(found)
    move(found, found.paused_from, f"Resumed by {by.author}: {by.reason}", timezone.now())
    return _tell(by, found, "rollout.resumed")


@transaction.atomic
def promote(by: Authorship, *, rollout: UUID) -> Rollout:
    """Skip the rest of this step's bake, and go on when paused."""
    found = _claim(rollout, "promote")
    _check_ours(found)
    end_bake(by, found, f"{by.author} skipped the rest of the bake: {by.reason}", timezone.now())
    return _tell(by, found, "rollout.promoted")


@transaction.atomic
def abort(by: Authorship, *, rollout: UUID) -> Rollout:
    """Take it back: the toggle first, then the routes."""
    found = _claim(rollout, "abort")
    why = f"Aborted by {by.author}: {by.reason}"
    changes = {"cause": why, "compensating_to": RolloutState.ABORTED}
    move(found, RolloutState.COMPENSATING, why, timezone.now(), **changes)
    return _tell(by, found, "rollout.aborting")


def _claim(rollout: UUID, action: str) -> Rollout:
    take_turn()
    found = get_rollout(rollout, lock=True)
    title = found.steps.get(position=found.position).title
    refusal = rules.why_not(action, found.state, found.paused_from, title)
    if refusal:
        raise Conflict(state=refusal)
    return found


def _tell(by: Authorship, rollout: Rollout, event: str) -> Rollout:
    record.tell(by, rollout, event, {"position": rollout.position})
    nudge_after_commit(rollout.id)
    return rollout


def _check_ours(rollout: Rollout) -> None:
    overtaken = why_overtaken(rollout)
    if overtaken:
        raise Conflict(state=f"{overtaken} Set it back to that, or abort the rollout.")
