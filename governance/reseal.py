"""Seal the chain anew from a stated entry on: the repair after damage that is understood.

It does not hide the damage: an entry at the end tells what was sealed anew, by whom, why, and
which digest the chain ended with before.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from governance import anchors
from governance.actions import record
from governance.authorship import Authorship
from governance.canonical import storable
from governance.chain import BATCH, Link, end_of_archive, head, sealed
from governance.locks import ARCHIVING, lock
from governance.models import AuditCheck, AuditEntry
from governance.refusals import Invalid
from governance.rules import CANONICAL
from governance.turn import take_turn


def reseal(by: Authorship, start: int) -> AuditEntry:
    """Seal entries from `start` on anew; the entry that tells of it. One transaction.

    Numbers that are missing get an entry `audit.missing`: nothing brings their content back.
    """
    with transaction.atomic():
        take_turn()
        lock(ARCHIVING)
        before, last = _link_before(start), head()
        missing = _fill_gaps(by, start, last.number)
        _seal_from(before)
        entry = record(
            by,
            "audit.resealed",
            "audit",
            {
                "from": start,
                "to": last.number,
                "missing": missing,
                "former_digest": last.digest,
                "digest": head().digest,
            },
        )
        AuditCheck.objects.all().delete()  # what was verified has changed: all anew
        transaction.on_commit(lambda: anchors.note_resealing(start, entry, last.digest))
    return entry


def _link_before(start: int) -> Link:
    archived, last = end_of_archive(), head()
    if not archived.number < start <= last.number + 1:
        raise Invalid(
            **{
                "from": f"must be from {archived.number + 1} to {last.number + 1}; archived "
                "entries cannot be sealed anew."
            }
        )
    if start == archived.number + 1:
        return archived
    entry = AuditEntry.objects.filter(number=start - 1).first()
    if entry is None:
        raise Invalid(**{"from": f"entry {start - 1} is missing: begin with it, or earlier."})
    return Link(entry.number, entry.digest)


def _fill_gaps(by: Authorship, start: int, last: int) -> list[int]:
    there = set(AuditEntry.objects.filter(number__gte=start).values_list("number", flat=True))
    missing = [number for number in range(start, last + 1) if number not in there]
    AuditEntry.objects.bulk_create(
        (_placeholder(by, number) for number in missing), batch_size=BATCH
    )
    return missing


def _placeholder(by: Authorship, number: int) -> AuditEntry:
    return AuditEntry(
        number=number,
        at=timezone.now(),
        author=by.author,
        reason=by.reason,
        action="audit.missing",
        subject="audit",
        detail={},
    )


def _seal_from(link: Link) -> None:
    rows = AuditEntry.objects.order_by("number")
    while entries := list(rows.filter(number__gt=link.number)[:BATCH]):
        link = _seal(link, entries)
        AuditEntry.objects.bulk_update(
            entries, ["form", "detail", "previous_digest", "digest"], batch_size=500
        )


def _seal(link: Link, entries: Iterable[AuditEntry]) -> Link:
    for entry in entries:
        entry.form, entry.detail = CANONICAL, storable(entry.detail)
        entry.previous_digest = link.digest
        entry.digest = sealed(entry)
        link = Link(entry.number, entry.digest)
    return link
