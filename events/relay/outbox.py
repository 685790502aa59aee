"""The outbox as a source: one stream for each topic, entries under the outbox's own ids."""

from collections.abc import Callable, Sequence

import msgspec
from django.utils import timezone

from events.models import OutboxEvent
from events.relay.sources import BATCH, Entry

PREFIX = "tm:topic:"


class OutboxSource:
    """Publishes what has no `published_at`. Ids follow the order of commits (governance.turn)."""

    longest = 50_000  # a consumer may be away for that many events of its topic

    def pending(self, end: Callable[[str], int | None]) -> list[Entry]:
        events = OutboxEvent.objects.filter(published_at__isnull=True).order_by("id")[:BATCH]
        entries = [_entry(event) for event in events]
        for stream in {entry.stream for entry in entries}:
            end(stream)  # a stream of another history is put away before anything is added to it
        return entries

    def mark_of(self, stream: str, number: int) -> str | None:
        topic = stream.removeprefix(PREFIX)
        row = OutboxEvent.objects.filter(id=number, topic=topic).values_list("event_id").first()
        return str(row[0]) if row else None

    def published(self, entries: Sequence[Entry]) -> None:
        ids = [entry.number for entry in entries]
        OutboxEvent.objects.filter(id__in=ids, published_at__isnull=True).update(
            published_at=timezone.now()
        )


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
