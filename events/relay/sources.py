"""What the relay publishes: sources, and the list of them.

An app below `events` cannot be imported from here; it registers its source in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

BATCH = 500  # entries of one pass: bounds memory when there is much to catch up with


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry to be. `mark` tells this row from any other that ever took the same number."""

    stream: str
    number: int
    field: str
    body: bytes
    mark: str


class Source(Protocol):
    """A numbered log in PostgreSQL that fills one or more streams.

    `longest` bounds each stream's length (approximately); readers that need more load anew.
    """

    longest: int

    def pending(self, end: Callable[[str], int | None]) -> list[Entry]:
        """What is to be published next, by number; empty when all is.

        `end(stream)` is the last number in Valkey's stream, None when there is no such stream;
        asking for it puts a stream of another history away (see `Streams`).
        """
        ...

    def mark_of(self, stream: str, number: int) -> str | None:
        """The mark of the row with this number, None when the database has none."""
        ...

    def published(self, entries: Sequence[Entry]) -> None:
        """All of these are in Valkey now. Safe to repeat."""
        ...


_registered: list[Source] = []


def register(source: Source) -> None:
    """Let the relay publish this source, too."""
    _registered.append(source)


def registered() -> Sequence[Source]:
    return tuple(_registered)
