"""The audit page: entries, search, and whether the chain holds."""

from __future__ import annotations

from django.test import Client

from governance import verification
from governance.models import AuditEntry


def test_audit__untouched__says_that_the_chain_is_whole(
    shop: object, no_anchors: None, as_viewer: Client
) -> None:
    assert "has not been verified yet" in as_viewer.get("/audit/").content.decode()
    found = verification.check()
    html = as_viewer.get("/audit/", {"q": "segment:beta-users"}).content.decode()
    assert f"The chain is whole up to entry {found.number}, verified 2" in html
    assert "segment.set" in html
    assert "service.created" not in html


def test_audit__entry_was_changed__names_it(
    shop: object, no_anchors: None, as_viewer: Client
) -> None:
    AuditEntry.objects.filter(number=3).update(author="somebody else")
    verification.check()
    assert "The chain is broken at entry 3" in as_viewer.get("/audit/").content.decode()


def test_audit__more_than_a_page__older_ones_on_the_next(
    shop: object, no_anchors: None, as_viewer: Client
) -> None:
    for number in range(AuditEntry.objects.count() + 1, 61):
        AuditEntry.objects.create(number=number, at="2026-01-01T00:00:00Z")
    html = as_viewer.get("/audit/", {"page": "2"}).content.decode()
    assert "Page 2 of 2" in html
    assert "Newer" in html
