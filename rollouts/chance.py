"""How likely counts are by chance alone. Pure."""

from __future__ import annotations

import math

TWO_SIGMA = 2.0


def tail(hits: int, tries: int, rate: float) -> float:
    """The chance of at least `hits` in `tries`, each hit coming with `rate` (binomial)."""
    if hits <= 0 or rate >= 1.0:
        return 1.0
    if rate <= 0.0 or hits > tries:
        return 0.0
    if hits <= tries * rate:
        return 1.0  # below the middle: never of interest here, and long to add up
    term = math.exp(_log_chance(hits, tries, rate))
    total, odds = 0.0, rate / (1 - rate)
    for count in range(hits, tries + 1):
        total += term
        term *= (tries - count) / (count + 1) * odds
        if term < total * 1e-9:
            break
    return min(1.0, total)


def upper_rate(hits: int, tries: int) -> float:
    """The upper end of Wilson's interval at two standard deviations; 0.0 without any tries."""
    if tries == 0:
        return 0.0
    z2 = TWO_SIGMA**2
    rate = hits / tries
    spread = TWO_SIGMA * math.sqrt(rate * (1 - rate) / tries + z2 / (4 * tries * tries))
    return min(1.0, (rate + z2 / (2 * tries) + spread) / (1 + z2 / tries))


def _log_chance(hits: int, tries: int, rate: float) -> float:
    ways = math.lgamma(tries + 1) - math.lgamma(hits + 1) - math.lgamma(tries - hits + 1)
    return ways + hits * math.log(rate) + (tries - hits) * math.log1p(-rate)
