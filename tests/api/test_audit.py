"""The audit log over the management API."""

from __future__ import annotations

from tests.api.caller import Caller


def test_list_audit__subject__only_its_entries_newest_first(
    shop: object, as_viewer: Caller
) -> None:
    entries = as_viewer.get("audit?subject=feature:new-checkout")[1]
    assert {entry["subject"] for entry in entries} == {"feature:new-checkout"}
    numbers = [entry["number"] for entry in entries]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 1
    earlier = as_viewer.get(f"audit?subject=feature:new-checkout&before={numbers[0]}")[1]
    assert [entry["number"] for entry in earlier] == numbers[1:]
