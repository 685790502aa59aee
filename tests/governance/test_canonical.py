"""Whatever the API takes is sealed as PostgreSQL gives it back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import TestCase
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from governance.actions import record
from governance.authorship import Authorship
from governance.chain import sealed
from governance.models import AuditEntry
from governance.principals import system
from governance.reads import first_broken_entry
from governance.rules import FIRST, PYTHON, digest

BY = Authorship(system("ada"), "because")
NUMBERS = (1e16, -0.0, 1e23, 5e-324, 1.7976931348623157e308, 2**53 + 1, 10**400, -(10**23), 1.0)

PARSED = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**400), max_value=10**400)
    | st.floats()
    | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


class TestCanonical(HypothesisTestCase, TestCase):
    @settings(max_examples=150, deadline=None)
    @given(PARSED)
    @example("\ud800 \0")
    @example({"\0": float("nan"), "b": [float("inf")]})
    def test_record__any_json_value__verifies_as_read_back(self, value: Any) -> None:
        written = record(BY, "thing.done", "thing:1", {"value": value})
        read = AuditEntry.objects.get(pk=written.pk)
        assert sealed(read) == read.digest
        # As archived: through Python's own JSON once more.
        read.detail = json.loads(json.dumps(read.detail))
        assert sealed(read) == read.digest


@pytest.mark.django_db
@pytest.mark.parametrize("number", NUMBERS)
def test_record__number_that_jsonb_writes_otherwise__chain_holds_and_value_is_kept(
    number: float,
) -> None:
    record(BY, "thing.done", "thing:1", {"value": number})
    record(BY, "thing.done", "thing:1")
    assert first_broken_entry() is None
    kept = AuditEntry.objects.get(number=1).detail["value"]
    assert type(number)(kept) == number


@pytest.mark.django_db
def test_verify__entry_of_the_old_form_before_a_new_one__both_hold() -> None:
    content: dict[str, Any] = {
        "number": 1,
        "at": AuditEntry._meta.get_field("at").to_python("2026-01-02T03:04:05Z"),
        "author": "ada",
        "reason": "because",
        "action": "a.b",
        "subject": "c:1",
        "detail": {"b": [1, "ä"], "a": 0.5},
    }
    old = digest(form=PYTHON, previous=FIRST, **content)
    AuditEntry.objects.create(previous_digest=FIRST, digest=old, **content)
    assert record(BY, "thing.done", "thing:1").form == 2
    assert first_broken_entry() is None
    AuditEntry.objects.filter(number=1).update(form=2)
    assert first_broken_entry() == 1
