"""How many streams are open, by key and by address: nobody may take the place of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from toggles.evaluator.http import Refused, refusal

AGAIN = [(b"retry-after", b"30")]


class OpenStreams:
    """At most so many at the same time in this process; an unknown address has no limit."""

    def __init__(self, per_key: int, per_address: int) -> None:
        self.per_key, self.per_address = per_key, per_address
        self._of_key: Counter[str] = Counter()
        self._of_address: Counter[str] = Counter()

    @contextmanager
    def place(self, selector: str, address: str) -> Iterator[None]:
        """A place for one stream. Raises Refused (429) when there is none."""
        if self._of_key[selector] >= self.per_key:
            raise _none_left("This API key has")
        if address and self._of_address[address] >= self.per_address:
            raise _none_left("This address has")
        self._of_key[selector] += 1
        self._of_address[address] += 1
        try:
            yield
        finally:
            _take_one(self._of_key, selector)
            _take_one(self._of_address, address)


def _take_one(counter: Counter[str], name: str) -> None:
    counter[name] -= 1
    if not counter[name]:
        del counter[name]


def _none_left(whose: str) -> Refused:
    return refusal(429, f"{whose} as many open streams as it may; close some.", AGAIN)
