"""flagd's `sem_ver`, which forgives a leading v and missing parts."""

from typing import Any

from togglemesh.engine.flagd.values import text
from togglemesh.engine.operators.versions import Precedence, precedence_of


def compare(one: Any, sign: Any, other: Any) -> bool | None:
    """None for what is no version, and for an unknown sign."""
    left, right = _version(one), _version(other)
    if left is None or right is None:
        return None
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "^": left[0] == right[0],
        "~": left[:2] == right[:2],
    }.get(text(sign))


def _version(value: Any) -> Precedence | None:
    version = text(value)
    version = version[1:] if version[:1] in ("v", "V") else version
    numbers = version.split("-")[0].split("+")[0]
    rest = version[len(numbers) :]
    return precedence_of(numbers + ".0" * (2 - numbers.count(".")) + rest)
