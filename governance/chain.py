"""Walk along the chain: each entry has to be the next one, and sealed upon the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from governance.models import AuditArchive, AuditEntry
from governance.rules import FIRST, digest

BATCH = 2_000  # entries of one query


class Broken(Exception):
    """The chain does not hold from entry `number` on; `problem` says why in one sentence."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(problem)
        self.number, self.problem = number, problem


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: the next entry is sealed upon this one."""

    number: int = 0
    digest: str = FIRST


def sealed(entry: AuditEntry) -> str:
    """The digest that this entry ought to have."""
    return digest(
        form=entry.form,
        previous=entry.previous_digest,
        number=entry.number,
        at=entry.at,
        author=entry.author,
        reason=entry.reason,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
    )


def follow(link: Link, entries: Iterable[AuditEntry]) -> Link:
    """Where the chain stands after these entries. Raises Broken."""
    for entry in entries:
        due = link.number + 1
        if entry.number != due:
            raise Broken(due, f"entry {due} is missing; the next one there is {entry.number}")
        if entry.previous_digest != link.digest:
            raise Broken(due, f"entry {due} is not sealed upon the one before")
        if entry.digest != sealed(entry):
            raise Broken(due, f"entry {due} was changed after it had been sealed")
        link = Link(entry.number, entry.digest)
    return link


def walk(link: Link) -> Iterator[Link]:
    """Follow the table from here on, yielding after each batch. Raises Broken."""
    while True:
        entries = list(AuditEntry.objects.filter(number__gt=link.number).order_by("number")[:BATCH])
        # Looked up afterwards: entries that have left meanwhile were proved as they went.
        archived = end_of_archive()
        if archived.number > link.number:
            link = archived
            yield link
            continue
        if not entries:
            return
        link = follow(link, entries)
        yield link


def end_of_archive() -> Link:
    """The last entry that has left the table; the chain's beginning when none has."""
    last = AuditArchive.objects.order_by("-last").first()
    return Link(last.last, last.digest) if last else Link()


def head() -> Link:
    """The last entry."""
    last = AuditEntry.objects.order_by("-number").first()
    return Link(last.number, last.digest) if last else end_of_archive()
