"""Start a rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from governance.authorship import Authorship
from governance.refusals import Conflict, Invalid
from governance.turn import take_turn
from rollouts import record
from rollouts.exposure import check_raises
from rollouts.models import FINISHED, Rollout, RolloutStep
from rollouts.nudges import nudge_after_commit
from rollouts.policy import GatePolicy, plan_gate
from rollouts.steps import Step, plan_steps
from routing.reads import RoutePlan, check_ready, route_plans
from toggles.models import Revision, Toggle
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
    _check_rules_decide(toggle, before)
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


def _check_variant(toggle: Toggle, variant: str) -> None:
    feature = toggle.feature
    others = [name for name in feature.variants if name != feature.off_variant]
    if variant not in others:
        raise Invalid(
            variant=f"{variant!r} cannot be rolled out; {feature.key} has {', '.join(others)}."
        )


def _check_rules_decide(toggle: Toggle, before: Revision) -> None:
    for field in ("targeting", "schedule"):
        if before.more.get(field):
            raise Conflict(
                feature=f"{toggle.feature.key} has {field} in {toggle.environment.key}, which "
                "stands in the place of the rules that a rollout writes; take it out first."
            )


def _check_none_active(toggle: Toggle) -> None:
    # The turn is held, so nobody can slip in; the database's constraint stands behind this.
    if toggle.rollouts.exclude(state__in=FINISHED).exists():
        raise Conflict(
            feature=f"{toggle.feature.key} has a rollout under way in {toggle.environment.key}; "
            "let it end, or abort it."
        )


def _columns(step: Step) -> dict[str, Any]:
    return {
        "segment": step.segment,
        "percentage": step.percentage,
        "bake_seconds": step.bake_seconds,
    }
