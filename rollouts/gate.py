"""The gate: is the new version worse than the baseline, by what the proxies counted? Pure.

It fails when the new version's error rate lies above the baseline's by more than a margin, and
chance cannot explain it: had the new version only the baseline's rate (at the upper end of what
its counts allow) plus the margin, so many errors would come up less than once in a thousand looks.
So three errors in three requests are enough at 1 %, and a few unlucky ones among many are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rollouts.chance import tail, upper_rate
from rollouts.policy import GatePolicy
from rollouts.traffic import Counts, Sample, counted

LOOK_BACK = timedelta(minutes=5)  # how far back a quiet service's counts are gathered
STALE = timedelta(seconds=5)  # without a sample younger than this nothing is known


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    FEW = "few"  # too few requests to tell
    BLIND = "blind"  # no fresh counts: nothing may be concluded


@dataclass(frozen=True, slots=True)
class Judgement:
    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A service's new version and the baseline it is compared with."""

    service: str
    version: str
    baseline: str


def judge(
    policy: GatePolicy,
    samples: Sequence[Sample],
    pairs: Sequence[Pair],
    *,
    since: datetime,
    now: datetime,
) -> Judgement:
    """Judge all services: one that fails is enough. `since` is when the step was exposed.

    `samples` are in order of time, and reach back `LOOK_BACK` where there are so many.
    """
    if not pairs:
        return Judgement(Outcome.PASSED, "There are no routes here, so time alone decides.")
    if not samples or samples[-1].at < now - STALE:
        return Judgement(Outcome.BLIND, "The proxies' counts cannot be read, so nobody can tell.")
    for pair in pairs:
        failed = _failure(policy, samples, pair)
        if failed:
            return Judgement(Outcome.FAILED, failed)
    quiet = [q for pair in pairs if (q := _quiet(policy, samples, pair, since))]
    if quiet:
        return Judgement(Outcome.FEW, f"{'; '.join(quiet)} (at least {policy.min_requests} tell).")
    return Judgement(Outcome.PASSED, "")


def recent(policy: GatePolicy, samples: Sequence[Sample], service: str, version: str) -> Counts:
    """A version's counts over the window, or over as much more as it takes to have enough."""
    newest = samples[-1].at
    counts = Counts(0, 0)
    for start in range(len(samples) - 2, -1, -1):
        counts = counts + counted(samples[start : start + 2], service, version)
        whole = newest - samples[start].at >= timedelta(seconds=policy.window_seconds)
        if whole and counts.requests >= policy.min_requests:
            break
    return counts


def _failure(policy: GatePolicy, samples: Sequence[Sample], pair: Pair) -> str | None:
    new = recent(policy, samples, pair.service, pair.version)
    base = recent(policy, samples, pair.service, pair.baseline)
    margin = policy.margin_points / 100
    if new.errors < policy.min_errors or new.rate <= base.rate + margin:
        return None
    allowed = min(1.0, upper_rate(base.errors, base.requests) + margin)
    if tail(new.errors, new.requests, allowed) >= ONCE_IN_A_THOUSAND:
        return None
    return _sentence(policy, pair, new, base)


ONCE_IN_A_THOUSAND = 0.001


def _sentence(policy: GatePolicy, pair: Pair, new: Counts, base: Counts) -> str:
    beside = (
        f"{pair.baseline} {base.rate:.1%}"
        if base.requests
        else f"{pair.baseline} had no requests to compare with"
    )
    return (
        f"{pair.service} {pair.version} failed {new.errors} of {new.requests} requests "
        f"({new.rate:.1%}); {beside}. Allowed are {policy.margin_points:g} points more."
    )


def _quiet(
    policy: GatePolicy, samples: Sequence[Sample], pair: Pair, since: datetime
) -> str | None:
    seen = counted([s for s in samples if s.at >= since], pair.service, pair.version)
    if seen.requests >= policy.min_requests:
        return None
    return f"{pair.service} {pair.version} has had {seen.requests} requests in this step"
