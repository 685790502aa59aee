"""One pass: bring one source's pending entries to Valkey. The order of effects is all there is."""

from __future__ import annotations

from collections.abc import Callable

from events.relay.sources import Source
from events.relay.streams import Streams

Checkpoint = Callable[[str], None]


def unwatched(_place: str) -> None:
    """The checkpoint of production: nothing. Tests die here instead."""


def publish(source: Source, streams: Streams, checkpoint: Checkpoint = unwatched) -> int:
    """Publish one batch; the number of entries, 0 when nothing is pending.

    An entry is marked as published only after Valkey has it, so a relay that dies in between
    offers it again, and Valkey refuses the number it has.
    """
    entries = source.pending(lambda stream: streams.end(source, stream))
    if not entries:
        return 0
    for entry in entries:
        checkpoint(f"before {entry.stream} {entry.number}")
        streams.add(entry, source.longest)
    checkpoint("before published")
    source.published(entries)
    checkpoint("after published")
    return len(entries)
