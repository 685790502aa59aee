"""The strict rule of all edges."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.input import find_problem, read_json
from togglemesh.engine.documents import GREATEST_NESTING

SOUND = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(-1e15, 1e15).map(lambda number: number or 0.0)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"rules": [{"id": "a\0b"}]}, "rules.0.id"),
        ({"rules": [{"id": "\ud800"}]}, "rules.0.id"),
        ({"rules": [{"a\0": 1}]}, "rules.0"),
        ({"a": 2**63}, "a"),
        ({"a": -(2**63) - 1}, "a"),
        ({"a": 1e300}, "a"),
        ({"a": float("inf")}, "a"),
        ({"a": float("nan")}, "a"),
        ({"a": -0.0}, "a"),
        ({"a": {1: 2}}, "a"),
        ({"a": {3}}, "a"),
        ({"b": 1, "a": nested(GREATEST_NESTING)}, "a.0.0.0.0"),
        ("\0", ""),
    ],
)
def test_find_problem__something_that_cannot_be_kept__names_the_place(
    value: Any, place: str
) -> None:
    found = find_problem(value)
    assert found is not None
    assert found.place == place
    assert len(found.sentence) > 10


@given(SOUND)
def test_find_problem__sound_value__none_and_it_is_read_as_it_was(value: Any) -> None:
    assert find_problem(value) is None
    assert read_json(json.dumps(value).encode()) == (value, None)


def test_find_problem__as_deep_as_allowed__none() -> None:
    assert find_problem(nested(GREATEST_NESTING)) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b'{"a": 1e400}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": -' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b"[" * 900 + b"]" * 900,
        b"",
        b"{",
    ],
)
def test_read_json__hostile_body__a_problem_and_no_value_is_used(body: bytes) -> None:
    _, problem = read_json(body)
    assert problem is not None
    assert problem.sentence.isprintable()
