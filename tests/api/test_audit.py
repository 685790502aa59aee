"""The audit log over the management API."""

from __future__ import annotations

from governance import verification
from governance.models import AuditEntry
from tests.api.caller import Caller


def test_list_audit__subject__only_its_entries_newest_first(
    shop: object, as_viewer: Caller
) -> None:
    entries = as_viewer.items("audit?subject=feature:new-checkout")
    assert {entry["subject"] for entry in entries} == {"feature:new-checkout"}
    numbers = [entry["number"] for entry in entries]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 1
    assert as_viewer.items("audit?subject=feature:new-checkout&limit=1") == entries


def test_check__before_and_after_the_first__tells_how_far_and_where_broken(
    shop: object, no_anchors: None, as_viewer: Caller
) -> None:
    assert as_viewer.get("audit/check")[1]["checked_at"] is None
    last = verification.check().number
    found = as_viewer.get("audit/check")[1]
    assert (found["verified_to"], found["broken_at"]) == (last, None)
    AuditEntry.objects.filter(number=last).delete()
    verification.check()
    assert as_viewer.get("audit/check")[1]["broken_at"] == last
