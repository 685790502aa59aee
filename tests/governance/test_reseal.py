"""After damage that is understood the chain is sealed anew, and says so itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from governance import verification
from governance.actions import record
from governance.models import AuditEntry
from governance.reads import first_broken_entry
from tests.governance.conftest import BY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ten(transactional_db: None, anchor_file: Path) -> None:
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        for n in range(10):
            record(BY, "thing.done", "thing:1", {"n": n})


def reseal(start: int) -> None:
    call_command("reseal_audit", "--from", str(start), "--reason", "a disk was lost")


def test_reseal__changed_entry__chain_holds_and_tells_the_former_digest(ten: None) -> None:
    verification.check()
    former = AuditEntry.objects.get(number=10).digest
    AuditEntry.objects.filter(number=4).update(detail={"n": 1e16}, form=1)
    assert first_broken_entry() == 4
    reseal(4)
    call_command("verify_audit")  # the anchors before it say nothing more
    told = AuditEntry.objects.get(number=11)
    assert (told.action, told.reason) == ("audit.resealed", "a disk was lost")
    assert told.detail["former_digest"] == former
    assert (told.detail["from"], told.detail["to"]) == (4, 10)
    assert verification.check().broken_at is None


def test_reseal__removed_entries__their_places_say_so(ten: None) -> None:
    AuditEntry.objects.filter(number__in=(5, 6)).delete()
    reseal(5)
    assert first_broken_entry() is None
    missing = AuditEntry.objects.filter(action="audit.missing")
    assert list(missing.values_list("number", flat=True)) == [5, 6]


def test_reseal__end_was_lost_in_a_restore__goes_on_from_what_is_there(ten: None) -> None:
    verification.check()
    AuditEntry.objects.filter(number__gt=7).delete()
    with pytest.raises(CommandError, match="from entry 8 on"):
        call_command("verify_audit")
    reseal(8)
    call_command("verify_audit")
    assert AuditEntry.objects.get(number=8).action == "audit.resealed"


@pytest.mark.parametrize("start", [0, 12])
def test_reseal__from_an_entry_that_cannot_be__refused(ten: None, start: int) -> None:
    with pytest.raises(CommandError, match="must be from 1 to 11"):
        reseal(start)


def test_reseal__an_earlier_fault_remains__says_from_where(ten: None) -> None:
    AuditEntry.objects.filter(number=2).update(author="somebody")
    with pytest.raises(CommandError, match="still does not hold from entry 2"):
        reseal(4)
