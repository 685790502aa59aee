"""Operators over text as it is."""

from togglemesh.engine.operators.operator import TextOperator, Texts, TextTest


def _among(values: Texts) -> TextTest:
    return frozenset(values).__contains__


def _not_among(values: Texts) -> TextTest:
    known = frozenset(values)
    return lambda text: text not in known


def _starts(values: Texts) -> TextTest:
    return lambda text: text.startswith(values)


def _ends(values: Texts) -> TextTest:
    return lambda text: text.endswith(values)


def _contains(values: Texts) -> TextTest:
    return lambda text: any(value in text for value in values)


OPERATORS = {
    "IN": TextOperator(_among),
    "NOT_IN": TextOperator(_not_among, when_absent=True),
    "STR_STARTS_WITH": TextOperator(_starts),
    "STR_ENDS_WITH": TextOperator(_ends),
    "STR_CONTAINS": TextOperator(_contains),
}
