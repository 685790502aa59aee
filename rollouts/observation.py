"""See a rollout whole: one View of the database at one moment, for `moves.next_move`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rollouts.gate import Judgement, judge
from rollouts.models import Rollout, RolloutState
from rollouts.overtaking import still_given, why_overtaken
from rollouts.reads import pairs_of, policy_of, route_plans_of, samples_of
from rollouts.traffic import Sample, stands_still
from rollouts.view import View

WATCHED = (RolloutState.BAKING, RolloutState.PAUSED)


def observe(rollout: Rollout, now: datetime) -> View:
    """The rollout as it stands now. Reads only."""
    step = rollout.steps.get(position=rollout.position)
    done = dict(rollout.effects.values_list("name", "done_at"))
    samples = samples_of(rollout, now)
    return View(
        now=now,
        state=rollout.state,
        state_since=rollout.state_since,
        why=rollout.why,
        cause=rollout.cause,
        position=rollout.position,
        bake=timedelta(seconds=step.bake_seconds),
        exposed_at=step.exposed_at,
        routes=route_plans_of(rollout),
        done=done,
        overtaken=why_overtaken(rollout),
        given=still_given(rollout),
        sampled_at=samples[-1].at if samples else None,
        judgement=_judgement(rollout, samples, step.exposed_at, now),
        still_for=_still_for(rollout, samples, done.get("back:toggle")),
        policy=policy_of(rollout),
    )


def _judgement(
    rollout: Rollout, samples: Sequence[Sample], exposed_at: datetime | None, now: datetime
) -> Judgement | None:
    if rollout.state not in WATCHED:
        return None
    since = exposed_at or rollout.started_at
    return judge(policy_of(rollout), samples, pairs_of(rollout), since=since, now=now)


def _still_for(rollout: Rollout, samples: Sequence[Sample], back_at: datetime | None) -> float:
    if back_at is None:
        return 0.0
    new = [(r.service, r.version) for r in route_plans_of(rollout) if not r.wanted_before]
    return stands_still([s for s in samples if s.at >= back_at], new)
