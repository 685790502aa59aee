"""Operators over versions, by the precedence of Semantic Versioning 2.0.0, strictly."""

import operator
import re
from collections.abc import Callable
from typing import Any

from togglemesh.engine.operators.operator import TextOperator, Texts, TextTest

_NUMBER = r"(0|[1-9][0-9]*)"
_PART = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"
    rf"(?:-({_PART}(?:\.{_PART})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_LONGEST = 256  # Python refuses to read integers of thousands of digits

# Compared as tuples, these order as the specification says.
Precedence = tuple[Any, ...]


def precedence_of(text: str) -> Precedence | None:
    """What orders versions (build metadata does not); None for what is no version."""
    found = _VERSION.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    major, minor, patch, before = found.groups()
    return (int(major), int(minor), int(patch), _before(before))


def _before(text: str | None) -> Precedence:
    if text is None:
        return (1,)  # a release comes after all that lead up to it
    return (0, tuple(_identifier(part) for part in text.split(".")))


def _identifier(part: str) -> Precedence:
    return (0, int(part), "") if part.isdigit() else (1, 0, part)


def _compares(compare: Callable[[Any, Any], bool]) -> TextOperator:
    def build(values: Texts) -> TextTest:
        bounds = tuple(v for v in map(precedence_of, values) if v is not None)

        def test(text: str) -> bool:
            version = precedence_of(text)
            return version is not None and any(compare(version, bound) for bound in bounds)

        return test

    return TextOperator(build, check=_check)


def _check(value: str) -> str | None:
    if precedence_of(value) is not None:
        return None
    return "must be a version like 1.2.3 or 1.2.3-rc.1, without a leading v"


OPERATORS = {
    "SEMVER_EQ": _compares(operator.eq),
    "SEMVER_GT": _compares(operator.gt),
    "SEMVER_GTE": _compares(operator.ge),
    "SEMVER_LT": _compares(operator.lt),
    "SEMVER_LTE": _compares(operator.le),
}
