"""Find rollouts, and read what the saga and the pages need of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from governance.refusals import NotFound
from rollouts import words
from rollouts.exposure import in_words
from rollouts.gate import LOOK_BACK, GatePolicy, Pair
from rollouts.history import service_progress
from rollouts.models import FINISHED, Rollout, RolloutState, RolloutStep, TrafficSample
from rollouts.progress import AllowedAction, EffectProgress, Progress, ServiceProgress, StepProgress
from rollouts.rules import ACTIONS, why_not
from rollouts.steps import Step
from rollouts.traffic import Sample
from routing.reads import RoutePlan

TAKEN_BACK = (RolloutState.ROLLED_BACK, RolloutState.ABORTED)


def get_rollout(rollout: UUID, *, lock: bool = False) -> Rollout:
    """The rollout with its toggle. Raises NotFound naming `rollout`. `lock` needs a transaction."""
    query = Rollout.objects.select_related("toggle__feature", "toggle__environment", "before")
    if lock:
        query = query.select_for_update(of=("self",))
    found = query.filter(pk=rollout).first()
    if found is None:
        raise NotFound(rollout=f"There is no rollout {rollout}.")
    return found


def rollouts_of(*, feature: str, environment: str | None = None) -> Sequence[Rollout]:
    """A feature's rollouts, newest first."""
    found = Rollout.objects.select_related("toggle__feature", "toggle__environment", "before")
    found = found.filter(toggle__feature__key=feature)
    return list(found.filter(toggle__environment__key=environment) if environment else found)


def active_rollout(*, feature: str, environment: str) -> Rollout | None:
    """The rollout under way; there is at most one."""
    found = rollouts_of(feature=feature, environment=environment)
    return next((r for r in found if r.state not in FINISHED), None)


def due_rollouts(now: datetime) -> list[UUID]:
    """The rollouts that a worker has to look at."""
    found = Rollout.objects.exclude(state__in=FINISHED).filter(due_at__lte=now)
    return list(found.order_by("due_at").values_list("id", flat=True))


def samples_of(rollout: Rollout, now: datetime) -> list[Sample]:
    """Samples of the rollout's services as far as the gate looks back, in order of time.

    Another rollout of the same environment takes samples too, of other services.
    """
    services = {route.service for route in route_plans_of(rollout)}
    newest = min(now, rollout.finished_at or now)
    start = max(newest - LOOK_BACK, rollout.started_at)
    rows = TrafficSample.objects.filter(
        environment=rollout.toggle.environment_id, at__gte=start, at__lte=newest
    )
    pairs = rows.order_by("at").values_list("at", "counts")
    return [Sample(at, counts) for at, counts in pairs if services <= counts.keys()]


def policy_of(rollout: Rollout) -> GatePolicy:
    return GatePolicy(**rollout.gate)


def route_plans_of(rollout: Rollout) -> list[RoutePlan]:
    """The routes it needs, provider first, as they stood at its start."""
    return [RoutePlan(**plan) for plan in rollout.routes]


def pairs_of(rollout: Rollout) -> list[Pair]:
    return [Pair(r.service, r.version, r.baseline) for r in route_plans_of(rollout)]


def steps_of(rows: Sequence[RolloutStep]) -> list[Step]:
    return [Step(row.segment, row.percentage, row.bake_seconds) for row in rows]


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
        return f"Nobody gets {rollout.variant!r} from this rollout."
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
