"""Reads the bodies and queries of requests: what is no JSON in UTF-8, or too deep, is refused with
its place.

A context may hold any character and any number that JSON has, as nothing of it is kept: whoever
has an odd id gets a decision all the same.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import msgspec

from governance.input import Problem, find_problem, read_json
from togglemesh.engine.documents.nesting import GREATEST_NESTING, is_too_deep
from toggles.evaluator.http import refusal

MOST_FIELDS = 1_000
BROKEN = (ValueError, RecursionError)  # what decoding may raise; UnicodeDecodeError is a ValueError

_decode = msgspec.json.Decoder().decode


class Unreadable(Exception):
    """The text says what the caller has to mend, and where."""


def decode(body: bytes) -> Any:
    """The value that the body writes. Raises Unreadable."""
    try:
        value = _decode(body)
    except BROKEN as problem:
        raise Unreadable(_why(body, problem)) from None
    if may_be_deep(body) and is_too_deep(value):
        raise Unreadable(_said(find_problem(value)))
    return value


def may_be_deep(body: bytes) -> bool:
    """Quick, and never wrong when it says no."""
    return body.count(b"[") + body.count(b"{") > GREATEST_NESTING


def read_query(text: str) -> dict[str, str]:
    """The parameters; of one that comes twice the last counts. Refuses too many."""
    try:
        pairs = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise refusal(400, f"The query has more than {MOST_FIELDS} fields; send fewer.") from None
    return {name: values[-1] for name, values in pairs.items()}


def _why(body: bytes, problem: BaseException) -> str:
    """In the words of the strict reader where it, too, refuses."""
    _, told = read_json(body)
    return f"The body is not JSON: {problem}." if told is None else _said(told)


def _said(problem: Problem | None) -> str:
    if problem is None:
        return "The body cannot be read."
    place = problem.place or "body"
    return f"{place}: {problem.sentence}"
