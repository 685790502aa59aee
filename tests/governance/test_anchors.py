"""The head is written down outside the table: an end that was cut off shows."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from controlplane.stack.freeports import free_port
from governance import verification
from governance.actions import record
from governance.anchors import KEY
from governance.models import AuditCheck, AuditEntry
from tests.governance.conftest import BY


def test_verify__end_cut_off__anchor_in_the_file_tells(
    ten_entries: None, anchor_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verification.check()
    call_command("verify_audit")
    assert "Compared with anchors in: valkey, file." in capsys.readouterr().out
    AuditEntry.objects.filter(number__gt=8).delete()
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.delete(KEY)
    with pytest.raises(CommandError, match="from entry 9 on: the anchor in file knows entry 10"):
        call_command("verify_audit")


def test_verify__end_rewritten_and_sealed_well__anchor_in_valkey_tells(
    ten_entries: None, anchor_file: Path
) -> None:
    verification.check()
    anchor_file.unlink()
    AuditEntry.objects.filter(number=10).delete()
    record(BY, "another.thing", "thing:1")
    with pytest.raises(CommandError, match="entry 10 is not the one that the anchor in valkey"):
        call_command("verify_audit")


def test_verify__places_out_of_reach__says_which(
    ten_entries: None, anchor_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"):
        call_command("verify_audit")
        assert verification.check().unreachable == ["valkey", "file"]
    said = capsys.readouterr()
    assert "Compared with anchors in: none." in said.out
    assert "the anchor in valkey is out of reach" in said.err
    assert "the anchor in file is out of reach" in said.err


def test_check__nothing_new__anchors_once(ten_entries: None, anchor_file: Path) -> None:
    for _ in range(3):
        verification.check()
    assert len(anchor_file.read_text().splitlines()) == 1
    record(BY, "thing.done", "thing:1")
    verification.check()
    assert len(anchor_file.read_text().splitlines()) == 2


def test_check__new_entries__goes_on_from_the_last_one(
    ten_entries: None, anchor_file: Path
) -> None:
    assert verification.check().number == 10
    AuditEntry.objects.filter(number=3).update(author="somebody")  # before what is new
    record(BY, "thing.done", "thing:1")
    found = verification.check()
    assert (found.number, found.broken_at) == (11, None)
    AuditCheck.objects.update(whole_at="2020-01-01T00:00:00Z")
    found = verification.check()
    assert (found.broken_at, found.problem[:7]) == (3, "entry 3")
    assert verification.check().broken_at == 3  # and stays so


def test_check__verified_entry_is_gone__says_so_without_any_anchor(
    ten_entries: None, anchor_file: Path
) -> None:
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0", AUDIT_ANCHOR=None):
        verification.check()
        AuditEntry.objects.filter(number__gt=7).delete()
        assert verification.check().broken_at == 8


def test_check__no_time_left__goes_on_next_time(
    ten_entries: None, anchor_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.chain.BATCH", 4)
    reached = [verification.check(seconds=0).number for _ in range(3)]
    assert reached == [4, 8, 10]
