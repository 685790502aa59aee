"""The audit chain notices what was changed, removed or put in later."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from governance.actions import record
from governance.authorship import Authorship
from governance.models import AuditEntry
from governance.principals import system
from governance.reads import first_broken_entry
from governance.refusals import Invalid
from governance.turn import take_turn

BY = Authorship(system("ada"), "because")


@pytest.fixture
def three_entries(db: None) -> None:
    for n in range(3):
        record(BY, "thing.done", "thing:1", {"n": n})


def test_verify__untouched_chain__holds(three_entries: None) -> None:
    assert first_broken_entry() is None
    call_command("verify_audit")


@pytest.mark.parametrize("field", ["author", "reason", "action", "subject", "detail"])
def test_verify__changed_entry__names_it(three_entries: None, field: str) -> None:
    changed = {"detail": {"n": 99}}.get(field, "somebody else")
    AuditEntry.objects.filter(number=2).update(**{field: changed})
    assert first_broken_entry() == 2


def test_verify__removed_entry__names_its_place(three_entries: None) -> None:
    AuditEntry.objects.filter(number=2).delete()
    assert first_broken_entry() == 2
    with pytest.raises(CommandError, match="from entry 2 on"):
        call_command("verify_audit")


def test_authorship__without_reason__refused() -> None:
    with pytest.raises(Invalid, match="reason"):
        Authorship(system("ada"), "  ")


@pytest.mark.django_db(transaction=True)
def test_take_turn__outside_a_transaction__is_an_error() -> None:
    with pytest.raises(RuntimeError):
        take_turn()
    with transaction.atomic():
        take_turn()
