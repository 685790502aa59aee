"""API keys in memory: who may ask, and for which environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hmac import compare_digest

from accounts.keys import parse

MOST_ACCEPTED = 10_000


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A key that is not revoked. `digest` is the SHA-256 of the whole key."""

    selector: str
    digest: str
    kind: str
    environment: str


class Keys:
    """All live keys, by selector.

    `accepted` remembers the headers that have brought a live key since the last reading, so that
    the second request of a client need not be parsed and hashed again. (A dict compares texts
    only when their keyed hashes agree, so its timing tells nothing of a secret.)
    """

    def __init__(self) -> None:
        self._live: dict[str, LiveKey] = {}
        self.accepted: dict[bytes, LiveKey] = {}

    def replace(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Take what `accounts.reads.live_keys` answers for the whole truth."""
        self._live = {row[0]: LiveKey(*row) for row in rows}
        self.accepted.clear()

    def accept(self, header: bytes, live: LiveKey) -> None:
        """Remember that this `Authorization` header brought this key."""
        if len(self.accepted) < MOST_ACCEPTED:
            self.accepted[header] = live

    def is_live(self, selector: str) -> bool:
        return selector in self._live

    def find(self, text: str) -> LiveKey | None:
        """The live key with this text. Compared in constant time."""
        parsed = parse(text)
        if parsed is None:
            return None
        selector, digest = parsed
        live = self._live.get(selector)
        return live if live and compare_digest(live.digest, digest) else None

    def may_be_new(self, text: str) -> bool:
        """Whether the text has the form of a key whose selector is not known here."""
        parsed = parse(text)
        return parsed is not None and parsed[0] not in self._live
