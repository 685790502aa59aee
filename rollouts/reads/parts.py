"""The parts of a rollout as typed values: steps, routes, gate, samples."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rollouts.gate import LOOK_BACK, Pair
from rollouts.models import Rollout, RolloutStep, TrafficSample
from rollouts.policy import GatePolicy
from rollouts.steps import Step
from rollouts.traffic import Sample
from routing.reads import RoutePlan


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
