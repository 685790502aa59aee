"""Write to the audit chain. Called by every action, inside its transaction."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from governance.authorship import Authorship
from governance.canonical import storable
from governance.chain import head
from governance.models import AuditEntry
from governance.rules import CANONICAL, digest
from governance.turn import take_turn


def record(
    by: Authorship, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Append one entry, e.g. `record(by, "toggle.exposed", "toggle:production/new-checkout")`."""
    take_turn()
    last = head()
    content: dict[str, Any] = {
        "form": CANONICAL,
        "number": last.number + 1,
        "at": timezone.now(),
        "author": by.author,
        "reason": by.reason,
        "action": action,
        "subject": subject,
        "detail": storable(dict(detail or {})),
    }
    sealed = digest(previous=last.digest, **content)
    return AuditEntry.objects.create(previous_digest=last.digest, digest=sealed, **content)
