"""Narrow saves of a rollout, with the turn and the row's lock in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from governance.authorship import Authorship
from rollouts import rules
from rollouts.models import FINISHED, Effect, Rollout, RolloutState
from rollouts.record import tell


class LostRace(Exception):
    """The rollout is not in the state any more from which the move was decided."""


def move(rollout: Rollout, state: str, why: str, now: datetime, **changes: Any) -> None:
    """Move to another state, due at once. Raises LostRace when it has left its own by now."""
    old = rollout.state
    if not rules.may_move(old, state):
        raise RuntimeError(f"{old} → {state} is no move of a rollout")
    fields: dict[str, Any] = {
        "state": state,
        "why": why,
        "state_since": now,
        "due_at": now,
        "attempts": 0,
        "paused_from": old if state == RolloutState.PAUSED else "",
        "finished_at": now if state in FINISHED else None,
        **changes,
    }
    save(rollout, **fields)


def save(rollout: Rollout, **fields: Any) -> None:
    """Write these fields, if the rollout is still in the state that it was read in."""
    claimed = Rollout.objects.filter(pk=rollout.pk, state=rollout.state, position=rollout.position)
    if claimed.update(**fields) != 1:
        raise LostRace
    for name, value in fields.items():
        setattr(rollout, name, value)


def add_effect(rollout: Rollout, name: str, detail: dict[str, Any], now: datetime) -> None:
    """Enter an effect in the ledger, once; entering it again changes nothing."""
    defaults = {"detail": detail, "done_at": now}
    Effect.objects.get_or_create(rollout=rollout, name=name, defaults=defaults)


def end_bake(by: Authorship, rollout: Rollout, why: str, now: datetime) -> None:
    """The present step has baked: on to the next one, or the end."""
    position = rollout.position
    rollout.steps.filter(position=position).update(baked_at=now)
    add_effect(rollout, f"baked:{position}", {"why": why}, now)
    if rollout.steps.filter(position__gt=position).exists():
        move(rollout, RolloutState.EXPOSING, why, now, position=position + 1)
        return
    move(rollout, RolloutState.COMPLETED, why, now)
    tell(by, rollout, "rollout.completed", {"position": position})
