"""The form in which an audit entry is sealed: RFC 8785, over what PostgreSQL gives back.

PostgreSQL's jsonb keeps numbers as decimals: 1e16 comes back as 10000000000000000 and -0.0 as 0.0.
RFC 8785 writes both the same, as long as a double can hold them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

import rfc8785

_EXACT = 2**53 - 1  # beyond it RFC 8785 takes doubles only
# What jsonb refuses in a text: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def canonical(value: Any) -> bytes:
    """The same bytes for a value and for what jsonb makes of it.

    Whole numbers that no double tells from their neighbours are written as strings of digits.
    """
    return rfc8785.dumps(_within_doubles(value))


def storable(value: Any) -> Any:
    """The value as jsonb can hold it: what it would refuse is written out as visible text."""
    match value:
        case str():
            return _UNSTORABLE.sub(_written_out, value)
        case float():
            return value if isfinite(value) else str(value)
        case Mapping():
            return {storable(str(key)): storable(one) for key, one in value.items()}
        case list() | tuple():
            return [storable(one) for one in value]
        case _:
            return value


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _within_doubles(value: Any) -> Any:
    match value:
        case bool():
            return value
        case int():
            return value if abs(value) <= _EXACT else _large(value)
        case Mapping():
            return {key: _within_doubles(one) for key, one in value.items()}
        case list() | tuple():
            return [_within_doubles(one) for one in value]
        case _:
            return value


def _large(number: int) -> float | str:
    try:
        nearest = float(number)
    except OverflowError:
        return str(number)
    # By the shortest decimal, not by the exact value: that is what jsonb got for the double.
    return nearest if Decimal(repr(nearest)) == number else str(number)
