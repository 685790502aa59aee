"""Everything that a page or the API shows of a rollout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rollouts import words
from rollouts.exposure import called, in_words
from rollouts.history import service_progress
from rollouts.models import FINISHED, Rollout, RolloutState, RolloutStep
from rollouts.progress import (
    AllowedAction,
    EffectProgress,
    Progress,
    ServiceProgress,
    StepProgress,
)
from rollouts.reads.finding import get_rollout
from rollouts.reads.parts import pairs_of, policy_of, samples_of, steps_of
from rollouts.rules import ACTIONS, why_not

TAKEN_BACK = (RolloutState.ROLLED_BACK, RolloutState.ABORTED)


def progress(rollout: UUID, now: datetime) -> Progress:
    """Everything that a page or the API shows of a rollout. Raises NotFound."""
    found = get_rollout(rollout)
    rows = list(found.steps.all())
    present = _step(found, rows[found.position], now)
    toggle = found.toggle
    return Progress(
        id=found.id,
        feature=toggle.feature.key,
        environment=toggle.environment.key,
        variant=found.variant,
        state=found.state,
        finished=found.state in FINISHED,
        headline=words.headline(found, rows, now),
        why=found.why,
        author=found.author,
        reason=found.reason,
        position=found.position,
        steps=[_step(found, row, now) for row in rows],
        bake_fraction=present.bake_fraction,
        exposed=_exposed(found, rows),
        services=_services(found, rows, now),
        gate=found.gate,
        effects=_effects(found),
        actions=_actions(found, rows),
        started_at=found.started_at,
        finished_at=found.finished_at,
    )


def _step(rollout: Rollout, row: RolloutStep, now: datetime) -> StepProgress:
    return StepProgress(
        position=row.position,
        title=row.title,
        segment=row.segment,
        percentage=row.percentage,
        bake_seconds=row.bake_seconds,
        status=_status(rollout, row),
        bake_fraction=_fraction(row, rollout.finished_at or now),
        exposed_at=row.exposed_at,
        baked_at=row.baked_at,
    )


def _status(rollout: Rollout, row: RolloutStep) -> str:
    if rollout.state in (RolloutState.COMPENSATING, *TAKEN_BACK):
        return "taken-back" if row.exposed_at else "waiting"
    if row.baked_at:
        return "done"
    return "current" if row.position == rollout.position else "waiting"


def _fraction(row: RolloutStep, now: datetime) -> float:
    if row.baked_at:
        return 1.0
    if row.exposed_at is None:
        return 0.0
    return max(0.0, min(1.0, (now - row.exposed_at).total_seconds() / row.bake_seconds))


def _exposed(rollout: Rollout, rows: Sequence[RolloutStep]) -> str:
    reached = [row.position for row in rows if row.exposed_at]
    back = rollout.effects.filter(name="back:toggle").exists()
    if back or not reached:
        return f"Nobody has {called(rollout.variant)} from this rollout."
    sentence = in_words(rollout.variant, steps_of(rows), max(reached))
    return f"{sentence[0].upper()}{sentence[1:]}."


def _services(
    rollout: Rollout, rows: Sequence[RolloutStep], now: datetime
) -> list[ServiceProgress]:
    policy, samples = policy_of(rollout), samples_of(rollout, now)
    reached = [row.percentage or 0 for row in rows if row.exposed_at]
    asked = 0 if rollout.state in TAKEN_BACK else max(reached, default=0)
    return [service_progress(policy, samples, pair, asked) for pair in pairs_of(rollout)]


def _effects(rollout: Rollout) -> list[EffectProgress]:
    rows = rollout.effects.all()
    return [EffectProgress(e.name, words.effect(e), e.done_at, e.detail) for e in rows]


def _actions(rollout: Rollout, rows: Sequence[RolloutStep]) -> list[AllowedAction]:
    title = rows[rollout.position].title
    found = []
    for name in ACTIONS:
        refusal = why_not(name, rollout.state, rollout.paused_from, title)
        found.append(AllowedAction(name, not refusal, refusal))
    return found
