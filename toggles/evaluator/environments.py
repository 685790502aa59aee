"""What this process holds: each environment compiled, the tail of its changes, its readers."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec

from togglemesh.engine import Engine, InvalidDocument
from toggles.evaluator.content import Content
from toggles.evaluator.readers import Reader
from toggles.evaluator.reading import Position

log = logging.getLogger("evaluator")

LONGEST_TAIL = 1_000  # changes kept for readers that come back
DATA = b"\ndata: "

Document = dict[str, Any]


class HeldEnvironment:
    """One environment. Only the event loop changes it.

    `mark` is that of the last change (see events.relay.sources). `doubted`: PostgreSQL told
    another history than was held, and Valkey's stream may still hold the old one.
    """

    def __init__(self, snapshot: Document, mark: str) -> None:
        self.readers: set[Reader] = set()
        self.doubted = False
        self._begin(snapshot, mark)

    @property
    def position(self) -> Position:
        return Position(self.number, self.mark)

    @property
    def number(self) -> int:
        return self.engine.number

    def replace(self, snapshot: Document, mark: str) -> None:
        """Begin anew with this snapshot; every reader gets it."""
        self.doubted = True
        self._begin(snapshot, mark)
        for reader in self.readers:
            reader.offer(self.snapshot_frame())

    def apply(self, change: Document, mark: str) -> None:
        """Apply the next change and pass it on; what is in already is dropped.

        Raises togglemesh.engine.ChangeGap when changes are missing between.
        """
        if not self._applied(change):
            return
        self.mark = mark
        self.content.change(change)
        self._frame = b""
        frame = _frame("change", change["number"], msgspec.json.encode(change))
        self._tail.append(frame)
        for reader in self.readers:
            reader.offer(frame)

    def snapshot_frame(self) -> bytes:
        """The stream's first event; encoded once for each number."""
        if not self._frame:
            body = msgspec.json.encode(self.engine.snapshot())
            self._frame = _frame("snapshot", self.number, body)
        return self._frame

    def snapshot_body(self) -> bytes:
        """The snapshot as JSON, out of the same encoding."""
        frame = self.snapshot_frame()
        return frame[frame.index(DATA) + len(DATA) : -2]

    def frames_after(self, number: int) -> list[bytes] | None:
        """The changes after `number`, None when the tail does not reach back (or on) to it."""
        missing = self.number - number
        if not 0 <= missing <= len(self._tail):
            return None
        return list(self._tail)[len(self._tail) - missing :]

    def _begin(self, snapshot: Document, mark: str) -> None:
        self.mark = mark
        self.engine = Engine.from_snapshot(snapshot, on_invalid=_report)
        self.content = Content(snapshot)
        self._tail: deque[bytes] = deque(maxlen=LONGEST_TAIL)
        self._frame = b""

    def _applied(self, change: Document) -> bool:
        try:
            return self.engine.apply(change)
        except InvalidDocument as problem:
            # One broken document must not keep all later changes out.
            _report(problem)
            self.engine.skip(change)
            return True


class Environments(dict[str, HeldEnvironment]):
    """All held environments, by key."""

    def numbers(self) -> dict[str, int]:
        return {key: held.number for key, held in self.items()}

    def positions(self) -> dict[str, Position]:
        return {key: held.position for key, held in self.items()}

    def readers(self) -> Iterator[Reader]:
        for held in self.values():
            yield from held.readers


def _frame(event: str, number: int, body: bytes) -> bytes:
    return b"event: %b\nid: %d%b%b\n\n" % (event.encode(), number, DATA, body)


def _report(problem: InvalidDocument) -> None:
    log.error("evaluator.broken_document %s", problem)
