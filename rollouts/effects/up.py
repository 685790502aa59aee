"""The way up: routes, then the toggle, step by step, each watched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from governance.changes import perform
from governance.refusals import Refusal
from rollouts import mesh
from rollouts.effects.doing import Doing, enter, try_later, turn
from rollouts.effects.wanted import give_routes, set_wanted
from rollouts.exposure import rules_at
from rollouts.models import Rollout, RolloutState
from rollouts.overtaking import why_overtaken
from rollouts.reads import route_plans_of, steps_of
from rollouts.record import saga, tell
from rollouts.saves import LostRace, end_bake, move, save
from rollouts.view import Kind, Move
from routing.reads import check_consent
from routing.routers.base import Standing
from togglemesh.engine import Exposure
from toggles.changes import SetExposure

SETTLE = timedelta(seconds=3)  # for a mesh that cannot say whether it acts on a plan


def want(doing: Doing) -> bool:
    """A service whose team has taken back its agreement since the start gets no route."""
    try:
        set_wanted(doing, wanted=True)
    except Refusal as refused:
        return begin_to_go_back(replace(doing, move=Move(Kind.GO_BACK, why=f"{refused}")))
    return False


def routes(doing: Doing) -> bool:
    """Rule 2: no route names a version that has no ready endpoints, so ask once more."""
    route = next(r for r in route_plans_of(doing.rollout) if r.service == doing.move.subject)
    mesh.check_ready(doing.rollout, route)
    give_routes(doing)
    return False


def verified(doing: Doing) -> bool:
    verdict = mesh.verify(doing.rollout, doing.move.subject)
    given = doing.rollout.effects.get(name=f"{Kind.ROUTES}:{doing.move.subject}").done_at
    how = ""
    if verdict.standing == Standing.UNKNOWN and doing.now - given >= SETTLE:
        how = f"It cannot say so; {SETTLE.seconds} s have passed."
    elif verdict.standing != Standing.IN_PLACE:
        return try_later(doing, f"{doing.move.subject}: {verdict.detail or verdict.standing}")
    with turn(doing) as rollout:
        enter(doing, rollout, how=how)
    return False


def ready(doing: Doing) -> bool:
    with turn(doing) as rollout:
        move(rollout, RolloutState.EXPOSING, "", doing.now)
    return False


def expose(doing: Doing) -> bool:
    """Exposure, ledger and state are one transaction: an abort comes before it or after it."""
    try:
        with turn(doing) as rollout:
            _expose(doing, rollout)
    except Refusal as refused:
        return begin_to_go_back(replace(doing, move=Move(Kind.GO_BACK, why=f"{refused}")))
    return False


def _expose(doing: Doing, rollout: Rollout) -> None:
    if why_overtaken(rollout):
        raise LostRace
    services = [route.service for route in route_plans_of(rollout)]
    check_consent(rollout.toggle.feature.key, services)
    before = rollout.before.rules if rollout.before.enabled else []
    rows = list(rollout.steps.all())
    rules = rules_at(before, rollout.variant, steps_of(rows), rollout.position)
    exposure = SetExposure(
        rollout.toggle.feature.key,
        rollout.toggle.environment.key,
        Exposure.of(enabled=True, rules=rules),
        origin=f"rollout:{rollout.id}:step:{rollout.position}",
        keep_options=True,
    )
    revision = perform(saga(rollout), exposure)
    rollout.steps.filter(position=rollout.position).update(exposed_at=doing.now)
    enter(doing, rollout, revision=revision.number)
    move(rollout, RolloutState.BAKING, "", doing.now)
    detail = {"position": rollout.position, "step": rows[rollout.position].title}
    tell(saga(rollout), rollout, "rollout.step", {**detail, "revision": revision.number})


def watch(doing: Doing) -> bool:
    mesh.sample(doing.rollout, doing.now)
    save(doing.rollout, attempts=0)
    return False


def baked(doing: Doing) -> bool:
    with turn(doing) as rollout:
        end_bake(saga(rollout), rollout, doing.move.why, doing.now)
    return False


def hold(doing: Doing) -> bool:
    with turn(doing) as rollout:
        move(rollout, RolloutState.PAUSED, doing.move.why, doing.now)
        tell(saga(rollout), rollout, "rollout.paused", {"position": rollout.position})
    return False


def begin_to_go_back(doing: Doing) -> bool:
    why = doing.move.why
    with turn(doing) as rollout:
        changes = {"cause": why, "compensating_to": RolloutState.ROLLED_BACK}
        move(rollout, RolloutState.COMPENSATING, why, doing.now, **changes)
        tell(saga(rollout), rollout, "rollout.going-back", {"position": rollout.position})
    return False
