"""Read the audit chain, and prove that nobody has touched it."""

from django.db.models import QuerySet

from governance.chain import Broken, end_of_archive, walk
from governance.models import AuditCheck, AuditEntry


def entries_about(subject: str) -> QuerySet[AuditEntry]:
    """Entries of one subject, newest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("-number")


def first_broken_entry() -> int | None:
    """The number of the first entry whose digest or place does not hold; None when all do.

    Walks over the whole table; `last_check` tells what the background found.
    """
    try:
        for _ in walk(end_of_archive()):
            pass
    except Broken as broken:
        return broken.number
    return None


def last_check() -> AuditCheck | None:
    """What the check in the background found last; None before the first one."""
    return AuditCheck.objects.exclude(checked_at=None).first()
