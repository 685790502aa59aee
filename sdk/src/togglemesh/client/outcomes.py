"""What came of decisions: events that the caller tracks, summed up until they are told."""

import math
import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from togglemesh.baggage import is_name
from togglemesh.latency import BUCKETS, bucket_of

MOST_SUMS = 1_000  # of event, feature and variant; more are not kept
_EVENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")


@dataclass(slots=True)
class Sum:
    """One event of one variant; `latency` in milliseconds."""

    count: int = 0
    success: int = 0
    failure: int = 0
    value: float = 0.0
    latency: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * BUCKETS)

    def add(self, success: bool | None, latency: float | None, value: float | None) -> None:
        self.count += 1
        self.success += success is True
        self.failure += success is False
        self.value += _finite(value)
        if latency is not None and math.isfinite(latency) and latency >= 0:
            self.latency += latency * 1000
            self.buckets[bucket_of(latency * 1000)] += 1


class Outcomes:
    """Fed by any thread, emptied by one."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str | None, str | None], Sum] = {}
        self._lock = Lock()

    def add(
        self,
        event: str,
        feature: str | None,
        variant: str | None,
        *,
        success: bool | None,
        latency: float | None,
        value: float | None,
    ) -> None:
        """Raises ValueError for an event or a feature whose name cannot be told."""
        if not _EVENT.fullmatch(event):
            raise ValueError("event: must be 1 to 100 letters, digits, dots or ._:/-")
        if feature is not None and not is_name(feature):
            raise ValueError(f"feature: no feature can be called {feature[:100]!r}")
        whose = (event, feature, variant if feature else None)
        with self._lock:
            found = self._sums.get(whose)
            if found is None:
                if len(self._sums) >= MOST_SUMS:
                    return
                found = self._sums[whose] = Sum()
            found.add(success, latency, value)

    def take(self) -> list[dict[str, Any]]:
        """What came since the last time, as wire.md has it."""
        with self._lock:
            sums, self._sums = self._sums, {}
        return [
            _document(event, feature, variant, one)
            for (event, feature, variant), one in sums.items()
        ]


def _document(event: str, feature: str | None, variant: str | None, one: Sum) -> dict[str, Any]:
    return {
        "event": event,
        "feature": feature,
        "variant": variant if variant and is_name(variant) else None,
        "count": one.count,
        "success": one.success,
        "failure": one.failure,
        "value": one.value,
        "latency_ms": {"sum": one.latency, "buckets": one.buckets} if any(one.buckets) else None,
    }


def _finite(value: float | None) -> float:
    return value if value is not None and math.isfinite(value) else 0.0
