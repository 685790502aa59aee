"""Valkey's side of the relay: where a stream ends, and appending to it by number."""

from __future__ import annotations

import logging
import time
from typing import Any, cast

import redis

from events.relay import set_aside
from events.relay.sources import Entry, Source

log = logging.getLogger("relay")

RawEntries = list[tuple[bytes, dict[bytes, bytes]]]

REFUSED = "equal or smaller than the target stream top item"
LOOK_AGAIN = 10.0  # seconds; so often each stream's end is compared with the database


class NotOurs(Exception):
    """The stream holds something else in this entry's place, and was set aside."""


class Streams:
    """The streams as seen over one connection; made anew after every loss of either server."""

    def __init__(self, valkey: redis.Redis) -> None:
        self.valkey = valkey
        self.ends: dict[str, int | None] = {}
        self.looked_at = time.monotonic()
        self.run = self._run()

    def look_again(self, *, at_once: bool = True) -> None:
        """Have each stream compared with the database once more, now or when it is time to."""
        if at_once or time.monotonic() - self.looked_at > LOOK_AGAIN:
            self.looked_at = time.monotonic()
            self.ends.clear()

    def check_same_run(self) -> None:
        """Raise when Valkey was restarted meanwhile: it may have lost what `ends` tells."""
        if self._run() != self.run:
            raise redis.ConnectionError("Valkey was restarted")

    def end(self, source: Source, stream: str) -> int | None:
        """The stream's last number, None when it is empty. Checked against the database once.

        What is not ours is set aside.
        """
        if stream not in self.ends:
            self.ends[stream] = self._checked_end(source, stream)
        return self.ends[stream]

    def add(self, source: Source, entry: Entry) -> None:
        """Append. An entry whose number is there already is left alone.

        Raises NotOurs when the number is taken by something else; redis.ResponseError when Valkey
        refuses for another reason.
        """
        fields: dict[Any, Any] = {entry.field: entry.body, "mark": entry.mark}
        try:
            self.valkey.xadd(
                entry.stream,
                fields,
                id=f"{entry.number}-0",
                maxlen=source.longest,
                approximate=True,
            )
        except redis.ResponseError as refusal:
            self.ends.pop(entry.stream, None)
            if REFUSED not in str(refusal):
                raise
            if not self._has(source, entry):
                raise NotOurs(f"it has no room for {entry.number}, and was set aside") from refusal
        self.ends[entry.stream] = entry.number

    def _run(self) -> str:
        return str(self.valkey.info("server")["run_id"])

    def _has(self, source: Source, entry: Entry) -> bool:
        """Whether the entry is there, or has been trimmed; else the stream is set right."""
        at = f"{entry.number}-0"
        found = cast("RawEntries", self.valkey.xrange(entry.stream, at, at))
        if found and mark_in(found[0][1]) == entry.mark:
            return True
        if (self._checked_end(source, entry.stream) or 0) < entry.number:
            return False  # something foreign stood at the end, and is gone now
        first = cast("RawEntries", self.valkey.xrange(entry.stream, count=1))
        if not found and number_of(first[0][0]) > entry.number:
            return True
        set_aside.whole(self.valkey, entry.stream, f"{entry.number} is missing in its middle")
        return False

    def _checked_end(self, source: Source, stream: str) -> int | None:
        """The last entry that is ours; what stands after it goes to a stream of its own."""
        try:
            tail = cast("RawEntries", self.valkey.xrevrange(stream, count=set_aside.MOST))
        except redis.ResponseError as refusal:
            if "WRONGTYPE" not in str(refusal):
                raise
            set_aside.whole(self.valkey, stream, "it is no stream")
            return None
        if not tail:
            self._begin_anew(stream)
            return None
        for place, (identity, fields) in enumerate(tail):
            known = source.mark_of(stream, number_of(identity))
            if known is not None and known == mark_in(fields):
                if place:
                    why = _why(source, stream, tail[0])
                    set_aside.after(self.valkey, stream, identity, why)
                return number_of(identity)
        set_aside.whole(self.valkey, stream, _why(source, stream, tail[0]))
        return None

    def _begin_anew(self, stream: str) -> None:
        """An empty stream remembers the highest number it ever had; without it, it takes ours."""
        if self.valkey.exists(stream) and self._highest(stream) != b"0-0":
            set_aside.whole(self.valkey, stream, "it was emptied by somebody else")

    def _highest(self, stream: str) -> bytes:
        told: dict[str, Any] = cast("Any", self.valkey.xinfo_stream(stream))
        return bytes(told["last-generated-id"])


def number_of(identity: bytes) -> int:
    return int(identity.split(b"-")[0])


def mark_in(fields: dict[bytes, bytes]) -> str:
    return fields.get(b"mark", b"").decode("utf-8", "replace")


def _why(source: Source, stream: str, last: tuple[bytes, dict[bytes, bytes]]) -> str:
    number = number_of(last[0])
    known = source.mark_of(stream, number) if number < 2**63 else None
    has = "has no such entry" if known is None else "has another"
    return f"it ends at {number}, but the database {has}"
