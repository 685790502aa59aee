"""Do one move of a rollout. Each is safe to repeat.

A move that only changes the database commits together with its entry in the ledger. A move outside
it is done first and entered after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from governance import actions as governance
from governance.refusals import Refusal
from governance.turn import take_turn
from rollouts import backoff, mesh
from rollouts.exposure import rules_at
from rollouts.models import Rollout, RolloutState
from rollouts.moves import Kind, Move
from rollouts.overtaking import still_given, why_overtaken
from rollouts.reads import get_rollout, route_plans_of, steps_of
from rollouts.record import saga, tell
from rollouts.saves import LostRace, end_bake, enter, move, save
from routing.actions import set_routes_wanted
from routing.routers.base import RouterRefused, RouterUnavailable, Standing
from toggles.actions import go_back, set_exposure

SETTLE = timedelta(seconds=3)  # for a mesh that cannot say whether it acts on a plan


@dataclass(frozen=True, slots=True)
class Doing:
    """A move under way. `checkpoint` is called between any two side effects."""

    rollout: Rollout
    move: Move
    now: datetime
    checkpoint: Callable[[str], None]


def perform(doing: Doing) -> bool:
    """Do the move; True when there is nothing more to do for now. Raises LostRace."""
    try:
        return EFFECTS[doing.move.kind](doing)
    except RouterUnavailable as down:
        return _try_later(doing, str(down))
    except RouterRefused as refused:
        if doing.rollout.state == RolloutState.PREPARING:
            return _go_back(replace(doing, move=Move(Kind.GO_BACK, why=_refusal(refused))))
        return _try_later(doing, f"{_refusal(refused)}. A person must act")


def _refusal(refused: RouterRefused) -> str:
    return f"The mesh refuses: {refused}"


def _want(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        _set_wanted(rollout, doing.move.subject, wanted=True)
        _enter(doing, rollout)
    return False


def _unwant(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        _set_wanted(rollout, doing.move.subject, wanted=False)
        _enter(doing, rollout)
    return False


def _set_wanted(rollout: Rollout, service: str, *, wanted: bool) -> None:
    set_routes_wanted(
        saga(rollout),
        feature=rollout.toggle.feature.key,
        environment=rollout.toggle.environment.key,
        service=service,
        variant=rollout.variant,
        wanted=wanted,
    )


def _routes(doing: Doing) -> bool:
    route = next(r for r in route_plans_of(doing.rollout) if r.service == doing.move.subject)
    mesh.check_ready(doing.rollout, route)
    return _unroute(doing)


def _unroute(doing: Doing) -> bool:
    mesh.give_routes(doing.rollout, doing.move.subject)
    doing.checkpoint(f"{doing.move.name} done, not entered")
    with _turn(doing) as rollout:
        _enter(doing, rollout)
    return False


def _verified(doing: Doing) -> bool:
    verdict = mesh.verify(doing.rollout, doing.move.subject)
    given = doing.rollout.effects.get(name=f"{Kind.ROUTES}:{doing.move.subject}").done_at
    how = ""
    if verdict.standing == Standing.UNKNOWN and doing.now - given >= SETTLE:
        how = f"It cannot say so; {SETTLE.seconds} s have passed."
    elif verdict.standing != Standing.IN_PLACE:
        return _try_later(doing, f"{doing.move.subject}: {verdict.detail or verdict.standing}.")
    with _turn(doing) as rollout:
        _enter(doing, rollout, how=how)
    return False


def _ready(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        move(rollout, RolloutState.EXPOSING, "", doing.now)
        doing.checkpoint(f"{doing.move.name} not committed")
    return False


def _expose(doing: Doing) -> bool:
    try:
        with _turn(doing) as rollout:
            _give_exposure(doing, rollout)
    except Refusal as refused:
        return _go_back(replace(doing, move=Move(Kind.GO_BACK, why=f"{refused}")))
    return False


def _give_exposure(doing: Doing, rollout: Rollout) -> None:
    if why_overtaken(rollout):
        raise LostRace
    before = rollout.before.rules if rollout.before.enabled else []
    rows = list(rollout.steps.all())
    revision = set_exposure(
        saga(rollout),
        feature=rollout.toggle.feature.key,
        environment=rollout.toggle.environment.key,
        enabled=True,
        rules=rules_at(before, rollout.variant, steps_of(rows), rollout.position),
        origin=f"rollout:{rollout.id}:step:{rollout.position}",
    )
    rollout.steps.filter(position=rollout.position).update(exposed_at=doing.now)
    _enter(doing, rollout, revision=revision.number)
    move(rollout, RolloutState.BAKING, "", doing.now)
    detail = {"position": rollout.position, "step": rows[rollout.position].title}
    tell(saga(rollout), rollout, "rollout.step", {**detail, "revision": revision.number})


def _watch(doing: Doing) -> bool:
    mesh.sample(doing.rollout, doing.now)
    save(doing.rollout, attempts=0)
    return False


def _baked(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        end_bake(saga(rollout), rollout, doing.move.why, doing.now)
        doing.checkpoint(f"{doing.move.name} not committed")
    return False


def _go_back(doing: Doing) -> bool:
    why = doing.move.why
    with _turn(doing) as rollout:
        changes = {"cause": why, "compensating_to": RolloutState.ROLLED_BACK}
        move(rollout, RolloutState.COMPENSATING, why, doing.now, **changes)
        tell(saga(rollout), rollout, "rollout.going-back", {"position": rollout.position})
        doing.checkpoint(f"{doing.move.name} not committed")
    return False


def _hold(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        move(rollout, RolloutState.PAUSED, doing.move.why, doing.now)
        tell(saga(rollout), rollout, "rollout.paused", {"position": rollout.position})
    return False


def _back(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        overtaken = why_overtaken(rollout)
        if overtaken and still_given(rollout):
            raise LostRace
        if overtaken:
            _enter(doing, rollout, how=f"It was left as it is, which gives nobody: {overtaken}")
            return False
        revision = go_back(
            saga(rollout),
            feature=rollout.toggle.feature.key,
            environment=rollout.toggle.environment.key,
            revision=rollout.before.number,
            origin=f"rollout:{rollout.id}:back",
        )
        _enter(doing, rollout, revision=revision.number, content_of=rollout.before.number)
    return False


def _entry(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        _enter(doing, rollout, how=doing.move.why)
    return False


def _finish(doing: Doing) -> bool:
    with _turn(doing) as rollout:
        kept = rollout.effects.filter(name=Kind.KEPT).first()
        why = " ".join(filter(None, [rollout.cause, kept.detail["how"] if kept else ""]))
        end = rollout.compensating_to
        move(rollout, end, why, doing.now)
        tell(saga(rollout), rollout, f"rollout.{end}", {"position": rollout.position})
        doing.checkpoint(f"{doing.move.name} not committed")
    return True


def _rest(doing: Doing) -> bool:
    due = doing.now + timedelta(seconds=doing.move.wait)
    save(doing.rollout, due_at=due, why=_with_cause(doing), attempts=0)
    return True


def _try_later(doing: Doing, why: str) -> bool:
    rollout = doing.rollout
    wait = timedelta(seconds=backoff.wait_seconds(rollout.attempts, rollout.state))
    why = f"{why.rstrip('.')}."
    ends = rollout.state == RolloutState.PREPARING  # otherwise it goes on until it works
    again = replace(doing, move=replace(doing.move, why=why if ends else f"{why} Trying again."))
    attempts = min(rollout.attempts + 1, 1000)
    save(rollout, due_at=doing.now + wait, why=_with_cause(again), attempts=attempts)
    return True


def _with_cause(doing: Doing) -> str:
    cause = doing.rollout.cause if doing.rollout.state == RolloutState.COMPENSATING else ""
    return f"{cause} {doing.move.why}".strip()


@contextmanager
def _turn(doing: Doing) -> Iterator[Rollout]:
    """One transaction with the turn and the row in hand. LostRace when the state has changed."""
    with transaction.atomic():
        take_turn()
        rollout = get_rollout(doing.rollout.id, lock=True)
        seen = (doing.rollout.state, doing.rollout.position)
        if (rollout.state, rollout.position) != seen:
            raise LostRace
        yield rollout


def _enter(doing: Doing, rollout: Rollout, **detail: Any) -> None:
    """Enter the move in the ledger and the audit log, together."""
    told = {name: value for name, value in detail.items() if value}
    enter(rollout, doing.move.name, told, doing.now)
    save(rollout, attempts=0)
    subject = f"rollout:{rollout.id}"
    governance.record(saga(rollout), "rollout.effect", subject, {"effect": doing.move.name, **told})
    doing.checkpoint(f"{doing.move.name} not committed")


EFFECTS: dict[Kind, Callable[[Doing], bool]] = {
    Kind.WANT: _want,
    Kind.ROUTES: _routes,
    Kind.VERIFIED: _verified,
    Kind.READY: _ready,
    Kind.EXPOSE: _expose,
    Kind.WATCH: _watch,
    Kind.BAKED: _baked,
    Kind.GO_BACK: _go_back,
    Kind.HOLD: _hold,
    Kind.BACK: _back,
    Kind.DRAINED: _entry,
    Kind.UNWANT: _unwant,
    Kind.UNROUTE: _unroute,
    Kind.KEPT: _entry,
    Kind.FINISH: _finish,
    Kind.REST: _rest,
}
