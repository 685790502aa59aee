"""Verify the chain in the background: what is new each time, everything once a day."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from governance import anchors
from governance.chain import BATCH, Broken, Link, end_of_archive, head, walk
from governance.models import AuditCheck, AuditEntry

log = logging.getLogger("audit")

WHOLE_EVERY = timedelta(days=1)
SECONDS = 20.0  # of one check; the next one goes on where it stood


@dataclass(slots=True)
class Compared:
    """What the anchors say. `unreachable` names those that could not be asked, or hold nothing."""

    compared: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)


def check(seconds: float = SECONDS) -> AuditCheck:
    """Go on verifying, keep what was found, and anchor the head if all of it holds."""
    found = AuditCheck.objects.first() or AuditCheck()
    until = time.monotonic() + seconds
    found.broken_at, found.problem = None, ""
    try:
        found.unreachable = _check(found, until)
    except Broken as broken:
        found.broken_at, found.problem = broken.number, broken.problem
    if found.broken_at is not None:
        log.error("audit.broken entry=%s problem=%s", found.broken_at, found.problem)
    found.checked_at = timezone.now()
    found.save()
    return found


def compare_with_anchors(*, latest: bool = False) -> Compared:
    """Compare the table with the anchors within reach. Raises Broken."""
    compared = Compared()
    for place in anchors.places():
        try:
            known = anchors.anchored(place, latest=latest)
        except anchors.OutOfReach as problem:
            log.warning("audit.anchor_out_of_reach place=%s problem=%s", place.name, problem)
            compared.unreachable.append(place.name)
            continue
        _compare(place.name, known)
        (compared.compared if known else compared.unreachable).append(place.name)
    return compared


def _check(found: AuditCheck, until: float) -> list[str]:
    _prove_still_there(Link(found.number, found.digest))
    whole_due = found.whole_at is None or found.whole_at < timezone.now() - WHOLE_EVERY
    compared = compare_with_anchors(latest=not whole_due)
    for link in _until(walk(Link(found.number, found.digest)), until):
        found.number, found.digest = link.number, link.digest
    if whole_due or found.whole_began_at:
        _go_on_with_the_whole(found, until)
    if Link(found.number, found.digest) == (present := head()) and present.number:
        anchors.anchor(present)
    return compared.unreachable


def _go_on_with_the_whole(found: AuditCheck, until: float) -> None:
    if found.whole_began_at is None:
        start = end_of_archive()
        found.whole_began_at = timezone.now()
        found.whole_number, found.whole_digest = start.number, start.digest
    for link in _until(walk(Link(found.whole_number, found.whole_digest)), until):
        found.whole_number, found.whole_digest = link.number, link.digest
    if time.monotonic() < until:
        found.whole_at, found.whole_began_at = timezone.now(), None


def _until(links: Iterator[Link], until: float) -> Iterator[Link]:
    for link in links:
        yield link
        if time.monotonic() >= until:
            return


def _prove_still_there(link: Link) -> None:
    """The last entry that was verified is still the same; else the end was cut or rewritten."""
    if link.number <= end_of_archive().number:
        return
    entry = AuditEntry.objects.filter(number=link.number).first()
    if entry is None:
        last = head().number
        raise Broken(
            last + 1, f"entry {link.number} had been verified, but the chain ends at {last}"
        )
    if entry.digest != link.digest:
        raise Broken(link.number, f"entry {link.number} was sealed anew after it was verified")


def _compare(place: str, known: dict[int, str]) -> None:
    last, archived = head().number, end_of_archive().number
    beyond = max(known, default=0)
    if beyond > last:
        raise Broken(
            last + 1, f"the anchor in {place} knows entry {beyond}, but the chain ends at {last}"
        )
    numbers = sorted(number for number in known if number > archived)
    for start in range(0, len(numbers), BATCH):
        rows = AuditEntry.objects.filter(number__in=numbers[start : start + BATCH])
        for number, digest in rows.order_by("number").values_list("number", "digest"):
            if digest != known[number]:
                raise Broken(
                    number, f"entry {number} is not the one that the anchor in {place} knows"
                )
