"""Save a change narrowly, and tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship


def change(row: Any, wanted: Mapping[str, Any]) -> bool:
    """Save the row with these values, naming them; False when it had them all along."""
    new = row.pk is None
    changed = [name for name, value in wanted.items() if new or getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if new:
        row.save()
    elif changed:
        row.save(update_fields=changed)
    return bool(changed)


def tell(by: Authorship, event: str, service: str, detail: Mapping[str, Any]) -> None:
    record(by, event, f"service:{service}", detail)
    emit("routing", event, service, detail)
