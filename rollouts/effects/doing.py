"""A move under way: its transaction, its entry in ledger and audit log, and trying it later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from governance import actions as governance
from governance.turn import take_turn
from rollouts import backoff
from rollouts.models import Rollout, RolloutState
from rollouts.reads import get_rollout
from rollouts.record import saga
from rollouts.saves import LostRace, add_effect, save
from rollouts.view import Move


@dataclass(frozen=True, slots=True)
class Doing:
    """A move under way. `checkpoint` is called between any two side effects."""

    rollout: Rollout
    move: Move
    now: datetime
    checkpoint: Callable[[str], None]


@contextmanager
def turn(doing: Doing) -> Iterator[Rollout]:
    """One transaction with the turn and the row in hand. LostRace when the state has changed."""
    with transaction.atomic():
        take_turn()
        rollout = get_rollout(doing.rollout.id, lock=True)
        seen = (doing.rollout.state, doing.rollout.position)
        if (rollout.state, rollout.position) != seen:
            raise LostRace
        yield rollout
        doing.checkpoint(f"{doing.move.name} not committed")


def enter(doing: Doing, rollout: Rollout, **detail: Any) -> None:
    """Enter the move in the ledger and the audit log, together."""
    told = {name: value for name, value in detail.items() if value}
    add_effect(rollout, doing.move.name, told, doing.now)
    save(rollout, attempts=0)
    whole = {"effect": doing.move.name, **told}
    governance.record(saga(rollout), "rollout.effect", f"rollout:{rollout.id}", whole)


def rest(doing: Doing) -> bool:
    """Nothing to do until the move's `wait` is over."""
    due = doing.now + timedelta(seconds=doing.move.wait)
    save(doing.rollout, due_at=due, why=_with_cause(doing.rollout, doing.move.why), attempts=0)
    return True


def try_later(doing: Doing, why: str) -> bool:
    """Look again soon, later each time. While it prepares a deadline stands; after that none."""
    rollout, sentence = doing.rollout, f"{why.rstrip('.')}."
    wait = timedelta(seconds=backoff.wait_seconds(rollout.attempts, rollout.state))
    if rollout.state != RolloutState.PREPARING:
        sentence = f"{sentence} Trying again."
    attempts = min(rollout.attempts + 1, 1000)
    told = _with_cause(rollout, sentence)
    save(rollout, due_at=doing.now + wait, why=told, attempts=attempts)
    return True


def _with_cause(rollout: Rollout, why: str) -> str:
    cause = rollout.cause if rollout.state == RolloutState.COMPENSATING else ""
    return f"{cause} {why}".strip()
