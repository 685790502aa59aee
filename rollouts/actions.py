"""What a person may do with a rollout: start, pause, resume, promote, abort.

Each is one transaction with its audit entry and event; the saga is nudged after the commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.authorship import Authorship
from governance.refusals import Conflict, Invalid
from governance.turn import take_turn
from rollouts import record, rules
from rollouts.exposure import check_raises
from rollouts.gate import GatePolicy, plan_gate
from rollouts.models import FINISHED, Rollout, RolloutState, RolloutStep
from rollouts.nudges import nudge_after_commit
from rollouts.overtaking import why_overtaken
from rollouts.reads import get_rollout
from rollouts.saves import end_bake, move
from rollouts.steps import Step, plan_steps
from routing.reads import RoutePlan, check_ready, route_plans
from toggles.models import Toggle
from toggles.reads import get_segment, get_toggle


def start(
    by: Authorship,
    *,
    feature: str,
    environment: str,
    variant: str,
    steps: Sequence[Mapping[str, Any]],
    gate: Mapping[str, Any] | None = None,
) -> Rollout:
    """Start a rollout of a variant.

    `steps` are `{"segment": key}` or `{"percentage": 1..100}`, each with `bake_seconds`; `gate` has
    any of the fields of `rollouts.gate.GatePolicy`. Raises Invalid, NotFound or Conflict naming
    `feature`, `environment`, `variant`, `steps`, `gate`, `service` or `version`.
    """
    planned, policy = plan_steps(steps), plan_gate(gate)
    toggle = get_toggle(feature=feature, environment=environment)
    _check_variant(toggle, variant)
    for step in planned:
        if step.segment:
            get_segment(step.segment)
    # The mesh is asked before the transaction: nobody waits for it with the turn in hand.
    routes = route_plans(feature=feature, environment=environment, variant=variant)
    check_ready(environment, routes)
    return _start(by, toggle, variant=variant, steps=planned, policy=policy, routes=routes)


@transaction.atomic
def _start(
    by: Authorship,
    toggle: Toggle,
    *,
    variant: str,
    steps: Sequence[Step],
    policy: GatePolicy,
    routes: Sequence[RoutePlan],
) -> Rollout:
    take_turn()
    before = get_toggle(feature=toggle.feature.key, environment=toggle.environment.key).current
    if before is None:
        raise RuntimeError(f"{toggle} has no revision: it was not made by create_feature")
    check_raises(before.rules if before.enabled else [], variant, steps)
    _check_none_active(toggle)
    now = timezone.now()
    rollout = Rollout.objects.create(
        toggle=toggle,
        variant=variant,
        author=by.author,
        reason=by.reason,
        before=before,
        gate=asdict(policy),
        routes=[asdict(route) for route in routes],
        why="The routes are being put in place." if routes else "",
        state_since=now,
        due_at=now,
        started_at=now,
    )
    RolloutStep.objects.bulk_create(
        RolloutStep(rollout=rollout, position=position, **_columns(step))
        for position, step in enumerate(steps)
    )
    detail = {"variant": variant, "steps": [s.title for s in steps], "gate": rollout.gate}
    record.tell(by, rollout, "rollout.started", detail)
    nudge_after_commit(rollout.id)
    return rollout


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


def _check_variant(toggle: Toggle, variant: str) -> None:
    feature = toggle.feature
    others = [name for name in feature.variants if name != feature.off_variant]
    if variant not in others:
        raise Invalid(
            variant=f"{variant!r} cannot be rolled out; {feature.key} has {', '.join(others)}."
        )


def _check_none_active(toggle: Toggle) -> None:
    # The turn is held, so nobody can slip in; the database's constraint stands behind this.
    if toggle.rollouts.exclude(state__in=FINISHED).exists():
        raise Conflict(
            feature=f"{toggle.feature.key} has a rollout under way in {toggle.environment.key}; "
            "let it end, or abort it."
        )


def _check_ours(rollout: Rollout) -> None:
    overtaken = why_overtaken(rollout)
    if overtaken:
        raise Conflict(state=f"{overtaken} Set it back to that, or abort the rollout.")


def _columns(step: Step) -> dict[str, Any]:
    return {
        "segment": step.segment,
        "percentage": step.percentage,
        "bake_seconds": step.bake_seconds,
    }
