"""Constraints compiled to functions from a context to whether they hold."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from togglemesh.engine.fields import Context, reader, text_of

Test = Callable[[Context], bool]
TextTest = Callable[[str], bool]

# A decimal number as JSON and people write it: no underscores, no "nan", ASCII digits only.
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def number_of(text: str) -> float | None:
    """The number that a text writes, as an IEEE 754 double; None when it writes none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _texts(values: list[Any], *, fold: bool) -> tuple[str, ...]:
    texts = (text_of(value) for value in values)
    return tuple(text.lower() if fold else text for text in texts if text is not None)


def _among(values: tuple[str, ...]) -> TextTest:
    known = frozenset(values)
    return lambda text: text in known


def _not_among(values: tuple[str, ...]) -> TextTest:
    known = frozenset(values)
    return lambda text: text not in known


def _starts(values: tuple[str, ...]) -> TextTest:
    return lambda text: text.startswith(values)


def _ends(values: tuple[str, ...]) -> TextTest:
    return lambda text: text.endswith(values)


def _contains(values: tuple[str, ...]) -> TextTest:
    return lambda text: any(value in text for value in values)


def _compares(compare: Callable[[float, float], bool]) -> Callable[[tuple[str, ...]], TextTest]:
    def build(values: tuple[str, ...]) -> TextTest:
        bounds = tuple(n for n in map(number_of, values) if n is not None)

        def test(text: str) -> bool:
            number = number_of(text)
            return number is not None and any(compare(number, bound) for bound in bounds)

        return test

    return build


NUMERIC: dict[str, Callable[[tuple[str, ...]], TextTest]] = {
    "NUM_EQ": _compares(lambda number, bound: number == bound),
    "NUM_GT": _compares(lambda number, bound: number > bound),
    "NUM_GTE": _compares(lambda number, bound: number >= bound),
    "NUM_LT": _compares(lambda number, bound: number < bound),
    "NUM_LTE": _compares(lambda number, bound: number <= bound),
}

OPERATORS: dict[str, Callable[[tuple[str, ...]], TextTest]] = {
    "IN": _among,
    "NOT_IN": _not_among,
    "STR_STARTS_WITH": _starts,
    "STR_ENDS_WITH": _ends,
    "STR_CONTAINS": _contains,
    **NUMERIC,
}


def compile_constraint(constraint: Mapping[str, Any]) -> Test | None:
    """The test of a checked constraint; None when this version does not know its operator."""
    operator = constraint["operator"]
    build = OPERATORS.get(operator)
    if build is None:
        return None
    fold = bool(constraint.get("case_insensitive"))
    holds = build(_texts(constraint["values"], fold=fold))
    read = reader(constraint["field"])
    when_absent = operator == "NOT_IN"
    inverted = bool(constraint.get("inverted"))

    def test(context: Context) -> bool:
        text = read(context)
        if text is None:
            return when_absent is not inverted
        return holds(text.lower() if fold else text) is not inverted

    return test
