"""Old entries move into files, and the chain goes on from the last one that went."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from governance import verification
from governance.actions import record
from governance.archive import archive, read_archive
from governance.chain import Broken
from governance.models import AuditArchive, AuditEntry
from tests.governance.conftest import BY

pytestmark = pytest.mark.usefixtures("ten_entries", "anchor_file")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("governance.archive.AT_ONCE", 4)
    return tmp_path / "archive"


def archive_all(folder: Path) -> int:
    gone = 0
    while count := archive(folder, timezone.now() + timedelta(days=1)):
        gone += count
    return gone


def test_archive__old_entries__are_in_files_and_both_verify(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verification.check()
    assert archive_all(folder) == 9  # the last one stays
    numbers = [entry.number for entry in read_archive(folder)]
    assert numbers == list(range(1, 10))
    assert AuditEntry.objects.get().number == 10
    record(BY, "thing.done", "thing:1")
    call_command("verify_audit", "--archive", str(folder))
    assert "9 archived entries, and the chain holds." in capsys.readouterr().out
    assert verification.check().number == 11


def test_archive__young_entries__stay(folder: Path) -> None:
    AuditEntry.objects.filter(number__lte=2).update(at=timezone.now() - timedelta(days=9))
    with pytest.raises(Broken):  # what was changed is not archived as if it held
        archive(folder, timezone.now() - timedelta(days=5))
    assert archive(folder, timezone.now() - timedelta(days=10)) == 0
    assert AuditEntry.objects.count() == 10


def test_archive__killed_before_the_entries_left__next_one_writes_the_file_anew(
    folder: Path,
) -> None:
    folder.mkdir()
    (folder / "audit-000000000001-000000000003.jsonl.gz").write_bytes(b"half")
    (folder / "audit-000000000001-000000000002.jsonl.new").write_bytes(b"half")
    archive_all(folder)
    assert [entry.number for entry in read_archive(folder)] == list(range(1, 10))
    assert len(list(folder.iterdir())) == AuditArchive.objects.count() == 3


def test_verify__archived_entry_changed__names_it(folder: Path) -> None:
    archive_all(folder)
    file = sorted(folder.iterdir())[1]
    with gzip.open(file, "rt") as packed:
        text = packed.read()
    with gzip.open(file, "wt") as packed:
        packed.write(text.replace('"n": 5', '"n": 6'))
    with pytest.raises(CommandError, match="from entry 6 on"):
        call_command("verify_audit", "--archive", str(folder))


def test_verify__archive_file_missing__names_its_first_entry(folder: Path) -> None:
    archive_all(folder)
    sorted(folder.iterdir())[-1].unlink()
    with pytest.raises(CommandError, match="entries 9 to 9 have no file"):
        call_command("verify_audit", "--archive", str(folder))
