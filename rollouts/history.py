"""What was measured of one service, for pages: the window's counts and the way there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rollouts.gate import Pair
from rollouts.policy import GatePolicy
from rollouts.progress import HistoryPoint, ServiceProgress, VersionTraffic
from rollouts.traffic import Counts, Sample, counted

SPAN = timedelta(seconds=60)
SMOOTH = 3  # samples per point: one second alone jumps about


def service_progress(
    policy: GatePolicy, samples: Sequence[Sample], pair: Pair, asked: int
) -> ServiceProgress:
    """The service over the gate's window, and over the last minute."""
    window = _last(samples, timedelta(seconds=policy.window_seconds))
    new = counted(window, pair.service, pair.version)
    base = counted(window, pair.service, pair.baseline)
    share = _percent(new.requests, new.requests + base.requests)
    rest = _percent(base.requests, new.requests + base.requests)
    return ServiceProgress(
        service=pair.service,
        asked=asked,
        measured=share,
        new=_version(pair.version, new, share),
        baseline=_version(pair.baseline, base, rest),
        history=_history(_last(samples, SPAN), pair),
    )


def _history(samples: Sequence[Sample], pair: Pair) -> list[HistoryPoint]:
    return [_point(samples[max(0, end - SMOOTH) : end + 1], pair) for end in range(1, len(samples))]


def _point(samples: Sequence[Sample], pair: Pair) -> HistoryPoint:
    new = counted(samples, pair.service, pair.version)
    base = counted(samples, pair.service, pair.baseline)
    return HistoryPoint(
        at=samples[-1].at,
        share=_percent(new.requests, new.requests + base.requests),
        error_rate=_percent(new.errors, new.requests),
        baseline_error_rate=_percent(base.errors, base.requests),
    )


def _version(version: str, counts: Counts, share: float | None) -> VersionTraffic:
    rate = _percent(counts.errors, counts.requests)
    return VersionTraffic(version, counts.requests, counts.errors, share, rate)


def _last(samples: Sequence[Sample], span: timedelta) -> Sequence[Sample]:
    return [s for s in samples if s.at >= samples[-1].at - span]


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
