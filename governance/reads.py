"""Read the audit chain, and prove that nobody has touched it."""

from django.db.models import QuerySet

from governance.models import AuditEntry
from governance.rules import FIRST, digest


def entries_about(subject: str) -> QuerySet[AuditEntry]:
    """Entries of one subject, newest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("-number")


def first_broken_entry() -> int | None:
    """The number of the first entry whose digest or place does not hold; None when all do."""
    previous, expected = FIRST, 1
    for entry in AuditEntry.objects.order_by("number").iterator():
        sealed = digest(
            previous=previous,
            number=entry.number,
            at=entry.at,
            author=entry.author,
            reason=entry.reason,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
        )
        if entry.number != expected or entry.previous_digest != previous or entry.digest != sealed:
            return expected
        previous, expected = entry.digest, expected + 1
    return None
