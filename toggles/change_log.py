"""The change log: each environment's changes, numbered without gaps in the order of commits."""

from typing import Any

from django.db.models import F

from accounts.models import Environment
from events.actions import wake_relay
from governance.turn import take_turn
from toggles.models import Change, ChangeClock


def append(
    environment: Environment, kind: str, key: str, document: dict[str, Any] | None
) -> Change:
    """Append one change, in the caller's transaction, and wake the relay when it commits."""
    take_turn()
    clock, _ = ChangeClock.objects.get_or_create(environment=environment)
    ChangeClock.objects.filter(pk=clock.pk).update(number=F("number") + 1)
    clock.refresh_from_db()
    change = Change.objects.create(
        environment=environment, number=clock.number, kind=kind, key=key, document=document
    )
    wake_relay()
    return change
