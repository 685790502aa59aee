"""The change log as a source of the relay: one stream for each environment."""

from collections.abc import Callable, Sequence

import msgspec

from events.relay.sources import BATCH, Entry
from toggles.models import Change, ChangeClock

PREFIX = "tm:changes:"


class ChangeSource:
    """Goes on from where each stream ends; nothing in PostgreSQL says what is published.

    An empty stream (a new Valkey, or one that has lost its data) is filled with the log's tail:
    a reader that is further behind sees the gap, and loads a snapshot.
    """

    longest = 1_000  # a reader that is further behind loads a snapshot, which is cheaper anyway

    def pending(self, end: Callable[[str], int | None]) -> list[Entry]:
        entries: list[Entry] = []
        for environment, last in ChangeClock.objects.values_list("environment__key", "number"):
            reached = end(PREFIX + environment)
            after = max(last - self.longest, 0) if reached is None else reached
            if after < last:
                entries += _changes(environment, after)
        return entries

    def mark_of(self, stream: str, number: int) -> str | None:
        return mark_of(stream.removeprefix(PREFIX), number)

    def published(self, entries: Sequence[Entry]) -> None:
        """Nothing to do: the stream itself says where it ends."""


def mark_of(environment: str, number: int) -> str | None:
    """What tells this change from any other that ever took the number; None without one."""
    if number >= 2**63:
        return None  # no number of ours: somebody else's entry
    found = Change.objects.filter(environment__key=environment, number=number).first()
    return _mark(found) if found else None


def _changes(environment: str, after: int) -> list[Entry]:
    rows = Change.objects.filter(environment__key=environment, number__gt=after)
    return [_entry(environment, row) for row in rows.order_by("number")[:BATCH]]


def _entry(environment: str, row: Change) -> Entry:
    body = msgspec.json.encode(
        {"number": row.number, "kind": row.kind, "key": row.key, "document": row.document}
    )
    return Entry(PREFIX + environment, row.number, "change", body, _mark(row))


def _mark(row: Change) -> str:
    # The row's own id and time: after a restore the same number has another pair of them.
    return f"{row.pk}@{row.at.isoformat()}"
