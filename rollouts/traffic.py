"""Samples of the proxies' counters, and what was counted between them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Counts:
    requests: int
    errors: int

    @property
    def rate(self) -> float:
        """Errors per request, 0.0 to 1.0."""
        return self.errors / self.requests if self.requests else 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.requests + other.requests, self.errors + other.errors)


@dataclass(frozen=True, slots=True)
class Sample:
    """Cumulative counts at one moment: `{service: {version: [requests, errors]}}`."""

    at: datetime
    counts: Mapping[str, Mapping[str, Sequence[int]]]

    def of(self, service: str, version: str) -> Counts:
        requests, errors = self.counts.get(service, {}).get(version, (0, 0))
        return Counts(requests, errors)


def counted(samples: Sequence[Sample], service: str, version: str) -> Counts:
    """What a version was asked and failed between the first sample and the last.

    A counter that falls means that some proxy began anew. The counts are sums over proxies, so
    nobody can tell how much of the rest is new: that interval counts as nothing, which loses a
    second; counting the rest would count old requests again.
    """
    total = Counts(0, 0)
    for earlier, later in pairwise(samples):
        a, b = earlier.of(service, version), later.of(service, version)
        if b.requests >= a.requests and b.errors >= a.errors:
            total = total + Counts(b.requests - a.requests, b.errors - a.errors)
    return total


def stands_still(samples: Sequence[Sample], pairs: Sequence[tuple[str, str]]) -> float:
    """For how many seconds up to the last sample no (service, version) had a request."""
    if not samples:
        return 0.0
    last = samples[-1]
    start = last
    for sample in reversed(samples):
        if any(sample.of(*pair) != last.of(*pair) for pair in pairs):
            break
        start = sample
    return (last.at - start.at).total_seconds()
