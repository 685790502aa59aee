"""Changes in Unleash's words, for its delta API and its stream."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from toggles.evaluator.channels import Channel
from toggles.evaluator.followed import Followed
from toggles.evaluator.frames import frame

LONGEST_TAIL = 1_000
UPDATED, CONNECTED = "unleash-updated", "unleash-connected"

Event = dict[str, Any]


class Deltas(Channel):
    """The readers of `GET /api/client/streaming`, and the tail for those that come back."""

    def __init__(self) -> None:
        super().__init__()
        self._tail: deque[tuple[int, list[Event]]] = deque(maxlen=LONGEST_TAIL)

    def begin(self, held: Followed) -> None:
        self._tail.clear()
        super().begin(held)

    def tell(self, held: Followed) -> None:
        if held.said is not None:
            self._tail.append((held.number, held.said.events))
        super().tell(held)

    def anew(self, held: Followed) -> bytes:
        return _frame(UPDATED, held, [held.unleash().hydration(held.number)])

    def latest(self, held: Followed) -> bytes:
        events = held.unleash().events
        return _frame(UPDATED, held, events) if events else b""

    def connected(self, held: Followed, last: int | None) -> bytes:
        """The first event of a stream whose reader has everything up to `last`."""
        return _frame(CONNECTED, held, self.since(held, last))

    def since(self, held: Followed, last: int | None) -> list[Event]:
        """What happened after `last`; one event with everything when that is not known."""
        state = held.unleash()
        missing = held.number - (held.number + 1 if last is None else last)
        if not 0 <= missing <= len(self._tail):
            return [state.hydration(held.number)]
        tail = list(self._tail)[len(self._tail) - missing :]
        return [event for _, events in tail for event in events]


def _frame(event: str, held: Followed, events: list[Event]) -> bytes:
    return frame(event, held.number, msgspec.json.encode({"events": events}))
