"""Move old audit entries out of the table into files, and read such files back.

A file is written whole, and is on the disk, before its entries leave the table; both happen in one
transaction. A process that is killed in between leaves a file that the next one writes anew.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from governance.chain import Broken, Link, end_of_archive, follow, head
from governance.locks import ARCHIVING, try_lock
from governance.models import AuditArchive, AuditEntry

log = logging.getLogger("audit")

AT_ONCE = 5_000  # entries of one file, and of one transaction
FIELDS = ("number", "author", "reason", "action", "subject", "detail", "previous_digest")


def archive(folder: Path, before: datetime) -> int:
    """Move the oldest entries from before this moment; how many went, at most `AT_ONCE`.

    The last entry always stays. Entries that do not hold are not moved: Broken is raised.
    """
    with transaction.atomic():
        if not try_lock(ARCHIVING):
            return 0
        start, last = end_of_archive(), head()
        entries = _due(start, last, before)
        if not entries:
            return 0
        end = follow(start, entries)
        file = _write(folder, entries)
        AuditArchive.objects.create(
            first=start.number + 1, last=end.number, digest=end.digest, file=file.name
        )
        AuditEntry.objects.filter(number__gt=start.number, number__lte=end.number).delete()
    log.info("audit.archived first=%s last=%s file=%s", start.number + 1, end.number, file.name)
    return len(entries)


def read_archive(folder: Path) -> Iterator[AuditEntry]:
    """Every entry of the folder's files, in order; a file that was never finished is passed by.

    Raises Broken when a file cannot be read.
    """
    number = 0
    for file in _files(folder):
        for entry in _read(file, number + 1):
            yield entry
            number = entry.number


def verify_archive(folder: Path) -> Link:
    """Where the chain stands after the last file. Raises Broken."""
    if not folder.is_dir():
        raise Broken(1, f"the folder {folder} does not exist")
    end = follow(Link(), read_archive(folder))
    gone = end_of_archive()
    if end.number < gone.number:
        raise Broken(end.number + 1, f"entries {end.number + 1} to {gone.number} have no file")
    if end.number == gone.number and end.digest != gone.digest:
        raise Broken(end.number, "the archive ends otherwise than the table tells")
    return end


def _due(start: Link, last: Link, before: datetime) -> list[AuditEntry]:
    rows = AuditEntry.objects.filter(number__gt=start.number, number__lt=last.number)
    found = list(rows.order_by("number")[:AT_ONCE])
    young = next((n for n, entry in enumerate(found) if entry.at >= before), len(found))
    return found[:young]


def _write(folder: Path, entries: Sequence[AuditEntry]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    first, last = entries[0].number, entries[-1].number
    file = folder / f"audit-{first:012}-{last:012}.jsonl.gz"
    # Left by a process that was killed before its entries left the table.
    for unfinished in folder.glob(f"audit-{first:012}-*"):
        unfinished.unlink()
    growing = file.with_suffix(".new")
    with growing.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
            for entry in entries:
                packed.write(_line(entry))
        raw.flush()
        os.fsync(raw.fileno())
    growing.replace(file)
    _sync_folder(folder)
    return file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(entry: AuditEntry) -> bytes:
    content = {name: getattr(entry, name) for name in FIELDS}
    content |= {"at": entry.at.isoformat(), "form": entry.form, "digest": entry.digest}
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def _files(folder: Path) -> list[Path]:
    """In order, without those whose entries are still in the table."""
    known = set(AuditArchive.objects.values_list("file", flat=True))
    return [file for file in sorted(folder.glob("audit-*.jsonl.gz")) if file.name in known]


def _read(file: Path, due: int) -> Iterator[AuditEntry]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield _entry(json.loads(line))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as problem:
        raise Broken(due, f"{file.name} cannot be read: {problem}") from None


def _entry(told: dict[str, Any]) -> AuditEntry:
    content = {name: told[name] for name in (*FIELDS, "digest", "form")}
    return AuditEntry(at=datetime.fromisoformat(told["at"]), **content)
