"""How long to wait before the next attempt: longer each time, and never all at the same moment."""

import random
from collections.abc import Iterator


def delays(first: float = 0.1, longest: float = 5.0) -> Iterator[float]:
    """Seconds to wait, without end: doubling up to `longest`, each with jitter of a half."""
    bound = first
    while True:
        yield jittered(bound)
        bound = min(bound * 2, longest)


def jittered(seconds: float) -> float:
    """Between a half and the whole, so that processes that started together drift apart."""
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
