"""Values as JsonLogic takes them: truth, numbers and texts follow JavaScript."""

import math
from typing import Any

from togglemesh.engine.number_text import text_of_float
from togglemesh.engine.operators.numbers import number_of

Number = int | float


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def truth(value: Any) -> bool:
    """False, null, 0, "", and the empty list are false; an empty object is true."""
    if isinstance(value, dict):
        return True
    return bool(value) and value == value  # noqa: PLR0124 - what is not equal to itself is no number


def number(value: Any) -> Number:
    """The number that the value counts as; "not a number" when it counts as none."""
    if value is None:
        return 0
    if isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, list | tuple) and len(value) < 2:
        return number(text(value[0])) if value else 0
    return math.nan


def _number_of_text(value: str) -> Number:
    if not value.strip():
        return 0
    found = number_of(value)
    return math.nan if found is None else found


def text(value: Any) -> str:
    """The text that the value counts as."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return text_of_float(value) or _text_of_no_number(value)
    if isinstance(value, list | tuple):
        return ",".join("" if one is None else text(one) for one in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def _text_of_no_number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def equal(one: Any, other: Any) -> bool:
    """`==`, with coercion."""
    if one is None or other is None:
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    nested = (dict, list, tuple)
    if isinstance(one, nested) or isinstance(other, nested):
        if isinstance(one, nested) and isinstance(other, nested):
            return one is other
        if isinstance(one, str) or isinstance(other, str):
            return text(one) == text(other)
    return bool(number(one) == number(other))


def same(one: Any, other: Any) -> bool:
    """`===`, without coercion."""
    if is_number(one) and is_number(other):
        return bool(one == other)
    if isinstance(one, dict | list | tuple):
        return one is other
    return type(one) is type(other) and bool(one == other)


def before(one: Any, other: Any) -> bool:
    """`<`: texts by their characters, anything else as numbers."""
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    return number(one) < number(other)


def not_after(one: Any, other: Any) -> bool:
    """`<=`."""
    if isinstance(one, str) and isinstance(other, str):
        return one <= other
    return number(one) <= number(other)
