"""How many requests a key may make: a bucket of tokens that fills with time."""

from __future__ import annotations

from time import monotonic


class Bucket:
    """Holds the requests of one second at most; `rate` is in requests per second, 0 is any."""

    __slots__ = ("at", "rate", "tokens")

    def __init__(self, rate: float) -> None:
        self.rate, self.tokens, self.at = rate, rate, monotonic()

    def take(self) -> float:
        """0 when the request may pass, else the seconds until the next one may."""
        if not self.rate:
            return 0.0
        now = monotonic()
        self.tokens = min(max(self.rate, 1.0), self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate
