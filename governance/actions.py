"""Write to the audit chain. Called by every action, inside its transaction."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from governance.authorship import Authorship
from governance.models import AuditEntry
from governance.rules import FIRST, digest
from governance.turn import take_turn


def record(
    by: Authorship, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Append one entry, e.g. `record(by, "toggle.exposed", "toggle:production/new-checkout")`."""
    take_turn()
    last = AuditEntry.objects.order_by("-number").first()
    content: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "at": timezone.now(),
        "author": by.author,
        "reason": by.reason,
        "action": action,
        "subject": subject,
        "detail": dict(detail or {}),
    }
    previous = last.digest if last else FIRST
    sealed = digest(previous=previous, **content)
    return AuditEntry.objects.create(previous_digest=previous, digest=sealed, **content)
