"""How many streams are open, by key and by address: nobody may take the place of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from accounts.addresses import Network, client_address, read_address
from toggles.evaluator.http import Refused, refusal

AGAIN = [(b"retry-after", b"30")]


class OpenStreams:
    """At most so many at the same time in this process. `trusted` proxies have no limit
    themselves; what counts is the client that they vouch for."""

    def __init__(self, per_key: int, per_address: int, trusted: Sequence[Network] = ()) -> None:
        self.per_key, self.per_address, self.trusted = per_key, per_address, trusted
        self._of_key: Counter[str] = Counter()
        self._of_address: Counter[str] = Counter()

    @contextmanager
    def place(self, selector: str, peer: str, forwarded_for: Sequence[str]) -> Iterator[None]:
        """A place for one stream; see `client_address`. Raises Refused (429) when there is none."""
        address = client_address(peer, forwarded_for, self.trusted)
        if self._of_key[selector] >= self.per_key:
            raise _none_left("This API key has")
        if self._of_address[address] >= self.per_address and not self._is_proxy(address):
            raise _none_left("This address has")
        self._of_key[selector] += 1
        self._of_address[address] += 1
        try:
            yield
        finally:
            _take_one(self._of_key, selector)
            _take_one(self._of_address, address)

    def _is_proxy(self, address: str) -> bool:
        """Also of an address that is not known: nobody can be told from another by it."""
        known = read_address(address)
        return known is None or any(
            known.version == one.version and known in one for one in self.trusted
        )


def _take_one(counter: Counter[str], name: str) -> None:
    counter[name] -= 1
    if not counter[name]:
        del counter[name]


def _none_left(whose: str) -> Refused:
    return refusal(429, f"{whose} as many open streams as it may; close some.", AGAIN)
