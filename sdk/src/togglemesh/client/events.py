"""Server-sent events out of the bytes of a response. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

GREATEST_EVENT = 64 * 1024 * 1024  # a snapshot of an environment is one event


class EventTooLong(Exception):
    """The server sends more than any environment can be: not our server, or broken."""


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    id: str
    data: str


class EventParser:
    """Fed with whatever arrived, it gives the events that are whole by then."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._searched = 0
        self._size = 0
        self._start_event()

    def feed(self, chunk: bytes) -> Iterator[Event]:
        self._pending += chunk
        for line in self._lines():
            if line:
                self._take_field(line)
            else:
                yield from self._finish_event()
        if len(self._pending) + self._size > GREATEST_EVENT:
            raise EventTooLong(f"an event is longer than {GREATEST_EVENT} bytes")

    def _lines(self) -> Iterator[str]:
        start = 0
        # Searching on from where the last search ended keeps a long line from being read again
        # with each of its chunks.
        while (end := self._pending.find(b"\n", max(start, self._searched))) >= 0:
            yield self._pending[start:end].rstrip(b"\r").decode("utf-8", "replace")
            start = end + 1
        del self._pending[:start]
        self._searched = len(self._pending)

    def _take_field(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._size += len(value)
        elif field == "event":
            self._name = value
        elif field == "id":
            self._id = value

    def _finish_event(self) -> Iterator[Event]:
        if self._data:
            yield Event(self._name, self._id, "\n".join(self._data))
        self._start_event()

    def _start_event(self) -> None:
        self._name, self._id, self._size = "message", "", 0
        self._data: list[str] = []
