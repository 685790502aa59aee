"""Valkey's side of the relay: where a stream ends, and appending to it by number."""

from __future__ import annotations

import logging
from typing import Any, cast

import redis

from events.relay.sources import Entry, Source

log = logging.getLogger("relay")

RawEntries = list[tuple[bytes, dict[bytes, bytes]]]

REFUSED = "equal or smaller than the target stream top item"


class Streams:
    """The streams as seen over one connection; made anew after every loss of either server."""

    def __init__(self, valkey: redis.Redis) -> None:
        self.valkey = valkey
        self.ends: dict[str, int | None] = {}
        self.run = self._run()

    def look_again(self) -> None:
        """Have each stream compared with the database once more."""
        self.ends.clear()

    def check_same_run(self) -> None:
        """Raise when Valkey was restarted meanwhile: it may have lost what `ends` tells."""
        if self._run() != self.run:
            raise redis.ConnectionError("Valkey was restarted")

    def end(self, source: Source, stream: str) -> int | None:
        """The stream's last number, None when it is empty. Checked against the database once."""
        if stream not in self.ends:
            self.ends[stream] = self._checked_end(source, stream)
        return self.ends[stream]

    def add(self, entry: Entry, longest: int) -> None:
        """Append. An entry whose number is there already is left alone."""
        fields: dict[Any, Any] = {entry.field: entry.body, "mark": entry.mark}
        try:
            self.valkey.xadd(
                entry.stream, fields, id=f"{entry.number}-0", maxlen=longest, approximate=True
            )
        except redis.ResponseError as refusal:
            if REFUSED not in str(refusal):
                raise
        self.ends[entry.stream] = entry.number

    def _run(self) -> str:
        return str(self.valkey.info("server")["run_id"])

    def _checked_end(self, source: Source, stream: str) -> int | None:
        last = self._last(stream)
        if last is None:
            return None
        number, mark = last
        known = source.mark_of(stream, number)
        if known == mark:
            return number
        self._put_away(stream, number, "has no such entry" if known is None else "has another")
        return None

    def _last(self, stream: str) -> tuple[int, str] | None:
        # The client's types allow for decoded answers and for other shapes; these are raw pairs.
        found = cast("RawEntries", self.valkey.xrevrange(stream, count=1))
        if not found:
            return None
        identity, fields = found[0]
        return int(identity.split(b"-")[0]), fields.get(b"mark", b"").decode()

    def _put_away(self, stream: str, number: int, why: str) -> None:
        log.error(
            "relay.other_history stream=%s: it ends at %s, but the database %s. The database was "
            "probably restored from a backup. The stream is made anew; readers load anew.",
            stream,
            number,
            why,
        )
        self.valkey.delete(stream)
