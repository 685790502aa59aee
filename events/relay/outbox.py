"""The outbox as a source: one stream for each topic, entries under the outbox's own ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from events.models import OutboxEvent
from events.relay.sources import BATCH, Entry

PREFIX = "tm:topic:"

# Skips from one topic to the next by the index, however many events each of them has.
TOPICS = """
WITH RECURSIVE topics(topic) AS (
    SELECT min(topic) FROM events_outboxevent
    UNION ALL
    SELECT (SELECT min(topic) FROM events_outboxevent WHERE topic > topics.topic)
    FROM topics WHERE topics.topic IS NOT NULL
)
SELECT topic FROM topics WHERE topic IS NOT NULL
"""


class OutboxSource:
    """Publishes what comes after each stream's end. Ids follow commits (governance.turn).

    That includes events that were published once, and that Valkey has lost since: for as long as
    the outbox keeps them they are published again, under the same ids.
    """

    longest = 50_000  # a consumer may be away for that many events of its topic

    def pending(self, end: Callable[[str], int | None]) -> list[Entry]:
        entries: list[Entry] = []
        for topic in topics():
            reached = end(PREFIX + topic)
            entries += map(_entry, _due(topic, self._floor(topic) if reached is None else reached))
        return entries

    def mark_of(self, stream: str, number: int) -> str | None:
        if number >= 2**63:
            return None  # no id of ours: somebody else's entry
        topic = stream.removeprefix(PREFIX)
        row = OutboxEvent.objects.filter(id=number, topic=topic).values_list("event_id").first()
        return str(row[0]) if row else None

    def published(self, entries: Sequence[Entry]) -> None:
        ids = [entry.number for entry in entries]
        OutboxEvent.objects.filter(id__in=ids, published_at__isnull=True).update(
            published_at=timezone.now()
        )

    def _floor(self, topic: str) -> int:
        """Before the events that a stream of this topic can hold."""
        ids = OutboxEvent.objects.filter(topic=topic).order_by("-id").values_list("id", flat=True)
        return ids[self.longest : self.longest + 1].first() or 0


def topics() -> list[str]:
    """Every topic that the outbox has an event of."""
    with connection.cursor() as cursor:
        cursor.execute(TOPICS)
        return [str(topic) for (topic,) in cursor.fetchall()]


def _due(topic: str, after: int) -> list[OutboxEvent]:
    """Those that nobody has marked as published come first: they have the lower ids."""
    of_topic: QuerySet[OutboxEvent] = OutboxEvent.objects.filter(topic=topic).order_by("id")
    unmarked = list(of_topic.filter(published_at__isnull=True, id__lte=after)[:BATCH])
    return unmarked + list(of_topic.filter(id__gt=after)[: BATCH - len(unmarked)])


def _entry(event: OutboxEvent) -> Entry:
    body = msgspec.json.encode(
        {
            "id": event.id,
            "event_id": str(event.event_id),
            "topic": event.topic,
            "type": event.type,
            "key": event.key,
            "at": event.created_at.isoformat(),
            "payload": event.payload,
        }
    )
    return Entry(PREFIX + event.topic, event.id, "event", body, str(event.event_id))
