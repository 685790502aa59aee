"""How long to wait before the next attempt: doubling, bounded, with jitter."""

import random


class Backoff:
    """Jitter keeps a thousand clients from coming back in the same instant."""

    def __init__(self, first: float = 0.25, most: float = 30.0) -> None:
        self.first, self.most = first, most
        self._next = first

    def next(self) -> float:
        """Seconds to wait now: between half of and the whole of the present step."""
        step = self._next
        self._next = min(step * 2, self.most)
        return random.uniform(step / 2, step)  # noqa: S311 - spreads load, keeps no secret

    def reset(self) -> None:
        self._next = self.first
