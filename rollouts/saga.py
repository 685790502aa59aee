"""Carry a rollout on: observe, decide, do, enter, and again until nothing is due.

Crash safety in three sentences. What is decided depends on the database alone, and what is done is
safe to repeat. An effect inside the database commits together with its entry in the ledger; an
effect outside it comes before its entry. So a worker killed anywhere leaves either nothing, or
something that the next worker does once more without a difference.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from rollouts.effects import Doing, perform
from rollouts.locks import held
from rollouts.models import FINISHED
from rollouts.moves import next_move
from rollouts.observation import observe
from rollouts.reads import EARLY, get_rollout
from rollouts.saves import LostRace
from rollouts.view import Kind

Clock = Callable[[], datetime]
Checkpoint = Callable[[str], None]


def pass_by(_name: str) -> None:
    """The checkpoint of every day. The kill tests put one in its place that kills."""


def advance(
    rollout: UUID, *, checkpoint: Checkpoint = pass_by, clock: Clock = timezone.now
) -> None:
    """Carry the rollout on as far as it is due. Safe to call at any time, by anybody.

    Raises NotFound. Returns at once when another worker is at it.
    """
    with held(rollout) as mine:
        while mine and _one_move(rollout, checkpoint, clock):
            pass


def _one_move(rollout: UUID, checkpoint: Checkpoint, clock: Clock) -> bool:
    found, now = get_rollout(rollout), clock()
    if found.state in FINISHED or found.due_at > now + EARLY:
        return False
    move = next_move(observe(found, now))
    checkpoint(f"{move.name} decided")
    try:
        rested = perform(Doing(found, move, now, checkpoint))
    except LostRace:
        return True  # a person was faster: look again
    return not rested and move.kind != Kind.FINISH
