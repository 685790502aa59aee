"""API keys in memory: who may ask, and for which environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import compare_digest

from accounts.keys import parse
from accounts.origins import ANY
from toggles.evaluator.bucket import Bucket

MOST_ACCEPTED = 10_000

Row = tuple[str, str, str, str, list[str]]


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A key that is not revoked. `digest` is the SHA-256 of the whole key."""

    selector: str
    digest: str
    kind: str
    environment: str
    origins: frozenset[str] = frozenset()
    bucket: Bucket = field(default_factory=lambda: Bucket(0), compare=False)

    def takes_origin(self, origin: str) -> bool:
        """Whether a web page of this origin may use the key."""
        return ANY in self.origins or origin in self.origins


class Keys:
    """All live keys, by selector; each may make `rate` requests per second here.

    `accepted` remembers the headers that have brought a live key since the last reading, so that
    the second request of a client need not be parsed and hashed again. (A dict compares texts
    only when their keyed hashes agree, so its timing tells nothing of a secret.)
    """

    def __init__(self, rate: float = 0) -> None:
        self.rate = rate
        self._live: dict[str, LiveKey] = {}
        self._origins: frozenset[str] = frozenset()
        self.accepted: dict[bytes, LiveKey] = {}

    def replace(self, rows: Iterable[Row]) -> None:
        """Take what `accounts.reads.live_keys` answers for the whole truth."""
        self._live = {row[0]: self._key(row) for row in rows}
        self._origins = frozenset().union(*(live.origins for live in self._live.values()))
        self.accepted.clear()

    def rows(self) -> list[Row]:
        """What `replace` takes."""
        return [
            (one.selector, one.digest, one.kind, one.environment, sorted(one.origins))
            for one in self._live.values()
        ]

    def accept(self, header: bytes, live: LiveKey) -> None:
        """Remember that this `Authorization` header brought this key."""
        if len(self.accepted) < MOST_ACCEPTED:
            self.accepted[header] = live

    def is_live(self, selector: str) -> bool:
        return selector in self._live

    def get(self, selector: str) -> LiveKey | None:
        """The live key with this selector; only for who has proved to hold it."""
        return self._live.get(selector)

    def takes_origin(self, origin: str) -> bool:
        """Whether some live key may be used from a web page of this origin."""
        return bool(origin) and (ANY in self._origins or origin in self._origins)

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

    def _key(self, row: Row) -> LiveKey:
        before = self._live.get(row[0])
        bucket = before.bucket if before else Bucket(self.rate)
        selector, digest, kind, environment, origins = row
        return LiveKey(selector, digest, kind, environment, frozenset(origins), bucket)
