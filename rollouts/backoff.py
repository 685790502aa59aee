"""How long to wait after a failure: longer each time, up to a bound, and never in step."""

from __future__ import annotations

import random

from rollouts.models import RolloutState

FIRST = 0.5
LONGEST = 2.0  # while people wait for it to go up, or it is watched
LONGEST_DOWN = 30.0  # taking back goes on for ever, so it had better be gentle


def wait_seconds(attempts: int, state: str) -> float:
    """Seconds to wait after this many failures in a row."""
    longest = LONGEST_DOWN if state == RolloutState.COMPENSATING else LONGEST
    wait: float = min(longest, FIRST * 2 ** min(attempts, 16))
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
