"""One pass: bring one source's pending entries to Valkey. The order of effects is all there is."""

from __future__ import annotations

import logging
from collections.abc import Callable

import redis

from events.relay.sources import Entry, Source
from events.relay.streams import NotOurs, Streams

log = logging.getLogger("relay")

Checkpoint = Callable[[str], None]


def unwatched(_place: str) -> None:
    """The checkpoint of production: nothing. Tests die here instead."""


def publish(source: Source, streams: Streams, checkpoint: Checkpoint = unwatched) -> int:
    """Publish one batch; the number of entries, 0 when nothing is pending.

    An entry is marked as published only after Valkey has it, so a relay that dies in between
    offers it again, and Valkey refuses the number it has. A stream that cannot be written holds
    up nothing but itself.
    """
    stuck: dict[str, str] = {}

    def end(stream: str) -> int | None:
        return streams.end(source, stream)

    entries = source.pending(isolated(end, stuck))
    added = [
        entry
        for entry in entries
        if entry.stream not in stuck and _add(source, streams, entry, stuck, checkpoint)
    ]
    for stream, why in stuck.items():
        log.error("relay.stream_stuck stream=%s problem=%s", stream, why)
    if not added:
        return 0
    checkpoint("before published")
    source.published(added)
    checkpoint("after published")
    return len(added)


def isolated(
    end: Callable[[str], int | None], stuck: dict[str, str]
) -> Callable[[str], int | None]:
    """The same, but a stream whose end cannot be read is noted as stuck instead."""

    def safely(stream: str) -> int | None:
        try:
            return end(stream)
        except redis.ResponseError as refusal:
            stuck[stream] = str(refusal)
            return None

    return safely


def _add(
    source: Source, streams: Streams, entry: Entry, stuck: dict[str, str], checkpoint: Checkpoint
) -> bool:
    checkpoint(f"before {entry.stream} {entry.number}")
    try:
        streams.add(source, entry)
    except (NotOurs, redis.ResponseError) as refusal:
        stuck[entry.stream] = str(refusal)
        return False
    return True
