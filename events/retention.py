"""Remove old rows in small batches: nobody waits for a lock, and being killed loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max, Model, QuerySet

from events.models import OutboxEvent
from events.relay.outbox import topics

BATCH = 1_000

MayGoOn = Callable[[], bool]


def remove(rows: QuerySet[Any], may_go_on: MayGoOn) -> int:
    """Delete these rows batch by batch, the oldest first; how many went."""
    model: type[Model] = rows.model
    gone = 0
    while may_go_on():
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        model._default_manager.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def remove_old_events(before: datetime, may_go_on: MayGoOn) -> int:
    """Remove events published before this moment.

    Of each topic the last one that was published stays: by it the relay knows its stream again.
    """
    gone = 0
    for topic in topics():
        published = OutboxEvent.objects.filter(topic=topic, published_at__isnull=False)
        last = published.aggregate(last=Max("id"))["last"]
        if last is not None:
            gone += remove(published.filter(id__lt=last, published_at__lt=before), may_go_on)
    return gone
