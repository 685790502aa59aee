"""What any input may hold, whatever it is for: the one strict rule of all edges. Pure.

The management API, forms, addresses, imports and the evaluator all read by it, so that nothing
comes in that PostgreSQL, Valkey, JSON or YAML could not keep and give back as it was.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from togglemesh.engine.documents.nesting import GREATEST_NESTING, is_too_deep

LEAST_NUMBER, GREATEST_NUMBER = -(2**63), 2**63 - 1
_SHOWN = 40


class Problem(NamedTuple):
    """`place` is the path of what is wrong (empty for the whole), `sentence` what and the cure."""

    place: str
    sentence: str


class _Spot(NamedTuple):
    """A value with where it is; the path is put together only for a problem."""

    value: Any
    name: str | int
    above: _Spot | None

    @property
    def path(self) -> str:
        names: list[str] = []
        spot: _Spot | None = self
        while spot is not None and spot.above is not None:
            names.append(printable(str(spot.name)))
            spot = spot.above
        return ".".join(reversed(names))


def read_json(body: bytes, greatest_nesting: int = GREATEST_NESTING) -> tuple[Any, Problem | None]:
    """The value that the body writes, or the problem that it has; exactly one of them."""
    try:
        value = json.loads(body.decode("utf-8"), parse_int=_whole_number)
    except UnicodeDecodeError as problem:
        return None, Problem("", f"The body is not UTF-8: its byte {problem.start} is none of it.")
    except RecursionError:
        return None, Problem("", _nesting_sentence(greatest_nesting))
    except ValueError as problem:
        return None, Problem("", f"The body is not JSON: {problem}.")
    return value, find_problem(value, greatest_nesting)


def find_problem(value: Any, greatest_nesting: int = GREATEST_NESTING) -> Problem | None:
    """The first thing in a value, as JSON has it, that cannot be kept; None when all can."""
    if is_too_deep(value, greatest_nesting):
        return Problem(_deep_place(value, greatest_nesting), _nesting_sentence(greatest_nesting))
    waiting = [_Spot(value, "", None)]
    while waiting:
        spot = waiting.pop()
        sentence = _problem_of(spot.value)
        if sentence is not None:
            return Problem(spot.path, sentence)
        waiting += _inside(spot)
    return None


def problem_of_text(text: str) -> str | None:
    """What is wrong with a text; None when nothing is."""
    if "\0" in text:
        return "It holds the character NUL, which cannot be kept; leave it out."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "It holds half of a surrogate pair, which is no character; write it whole."
    return None


def problem_of_number(number: float) -> str | None:
    """What is wrong with a number; None when nothing is."""
    if isinstance(number, float) and not math.isfinite(number):
        return "Infinity and what is not a number cannot be kept; write a finite number."
    if number == 0 and isinstance(number, float) and math.copysign(1, number) < 0:
        return "Negative zero is kept nowhere; write 0."
    if not LEAST_NUMBER <= number <= GREATEST_NUMBER:
        return "The number is beyond 64 bits; write a smaller one, or a text."
    return None


def printable(text: str) -> str:
    """The text as an answer can carry it, cut where it is long."""
    shown = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def _problem_of(value: Any) -> str | None:
    if isinstance(value, str):
        return problem_of_text(value)
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return problem_of_number(value)
    if isinstance(value, dict):
        return next(filter(None, map(_problem_of_name, value)), None)
    if isinstance(value, list | tuple):
        return None
    return f"A {type(value).__name__} is nothing that JSON has; write a text or a number."


def _problem_of_name(name: object) -> str | None:
    if not isinstance(name, str):
        return f"The name {name!r} of a field must be text."
    problem = problem_of_text(name)
    return None if problem is None else f"The name {printable(name)!r} of a field: {problem}"


def _inside(spot: _Spot) -> Iterator[_Spot]:
    value = spot.value
    if isinstance(value, dict):
        yield from (_Spot(one, name, spot) for name, one in value.items())
    elif isinstance(value, list | tuple):
        yield from (_Spot(one, place, spot) for place, one in enumerate(value))


def _deep_place(value: Any, greatest: int) -> str:
    """The path of the field that has too much below it; of its levels the first few."""
    spot = _Spot(value, "", None)
    for level in range(greatest - 1, max(greatest - 6, 0), -1):
        deeper = next((one for one in _inside(spot) if is_too_deep(one.value, level)), None)
        if deeper is None:
            break
        spot = deeper
    return spot.path


def _nesting_sentence(greatest: int) -> str:
    return f"It is nested deeper than {greatest} levels; make it flatter."


def _whole_number(digits: str) -> int | float:
    """Python refuses integers of thousands of digits; as any beyond 64 bits they are told apart
    from broken JSON, with their place."""
    return int(digits) if len(digits) < 30 else math.copysign(1e30, -1 if digits[0] == "-" else 1)
