"""What every change of accounts ends with: its revision, its audit entry, its event."""

from __future__ import annotations

from typing import Any

from events.actions import emit
from governance.authorship import Authorship
from governance.history import keep_revision


def tell(by: Authorship, action: str, subject: str, *, before: Any, after: Any) -> None:
    """Keep the revision and emit the event on the topic `access`, under the subject's key."""
    revision = keep_revision(by, action, subject, before=before, after=after)
    _, _, key = subject.partition(":")
    emit("access", action, key, {"revision": revision.number, "before": before, "after": after})
