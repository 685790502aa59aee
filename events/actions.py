"""Emit an event, inside the transaction of the change that it tells of."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from events.models import OutboxEvent
from governance.turn import take_turn

CHANNEL = "togglemesh_outbox"


def emit(topic: str, event_type: str, key: str, payload: Mapping[str, Any]) -> OutboxEvent:
    """Append to the outbox, e.g. `emit("toggles", "toggle.exposed", "new-checkout", {...})`."""
    take_turn()
    event = OutboxEvent.objects.create(topic=topic, type=event_type, key=key, payload=dict(payload))
    wake_relay()
    return event


def wake_relay() -> None:
    """Wake the relay when this transaction commits (PostgreSQL holds NOTIFY back until then)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
