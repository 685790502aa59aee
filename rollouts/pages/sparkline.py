"""A small line of error rates over the last minute, as the points of an SVG polyline. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rollouts.progress import HistoryPoint

WIDTH, HEIGHT = 120, 32
LEAST_TOP = 10.0  # per cent: below it noise would look like a mountain


def top_of(history: Sequence[HistoryPoint]) -> float:
    """The rate at the upper edge; both versions share it, so that they can be compared."""
    seen = [rate for point in history for rate in (point.error_rate, point.baseline_error_rate)]
    return max([LEAST_TOP, *(rate for rate in seen if rate is not None)])


def points_of(history: Sequence[HistoryPoint], *, baseline: bool) -> str:
    """`x,y x,y …` from left to right; moments without requests are left out."""
    if len(history) < 2:
        return ""
    top, across = top_of(history), WIDTH / (len(history) - 1)
    found = []
    for place, point in enumerate(history):
        rate = point.baseline_error_rate if baseline else point.error_rate
        if rate is not None:
            found.append(f"{place * across:.1f},{_height(rate, top):.1f}")
    return " ".join(found)


def _height(rate: float, top: float) -> float:
    return HEIGHT - 2 - (HEIGHT - 4) * min(rate, top) / top
