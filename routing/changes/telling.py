"""What every change of routing ends with: its revision, its audit entry, its event."""

from __future__ import annotations

from typing import Any

from events.actions import emit
from governance.authorship import Authorship
from governance.history import keep_revision


def tell(
    by: Authorship, action: str, subject: str, service: str, *, before: Any, after: Any
) -> None:
    """Keep the revision, and emit the event on the topic `routing` under the service's key."""
    revision = keep_revision(by, action, subject, before=before, after=after)
    emit(
        "routing",
        action,
        service,
        {"subject": subject, "revision": revision.number, "before": before, "after": after},
    )
