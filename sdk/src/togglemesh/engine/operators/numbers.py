"""Operators over decimal numbers, compared as IEEE 754 doubles."""

import operator
import re
from collections.abc import Callable

from togglemesh.engine.operators.operator import TextOperator, Texts, TextTest

# A decimal number as JSON and people write it: no underscores, no "nan", ASCII digits only.
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def number_of(text: str) -> float | None:
    """The number that a text writes, as an IEEE 754 double; None when it writes none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _compares(compare: Callable[[float, float], bool]) -> TextOperator:
    def build(values: Texts) -> TextTest:
        bounds = tuple(n for n in map(number_of, values) if n is not None)

        def test(text: str) -> bool:
            number = number_of(text)
            return number is not None and any(compare(number, bound) for bound in bounds)

        return test

    return TextOperator(build, check=_check)


def _check(value: str) -> str | None:
    return None if number_of(value) is not None else "must be a number"


OPERATORS = {
    "NUM_EQ": _compares(operator.eq),
    "NUM_GT": _compares(operator.gt),
    "NUM_GTE": _compares(operator.ge),
    "NUM_LT": _compares(operator.lt),
    "NUM_LTE": _compares(operator.le),
}
