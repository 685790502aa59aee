"""Operators over a field that holds a list of texts, numbers, true or false.

A single value counts as a list of one. An empty list is a list; null and an empty text are none.
"""

from collections.abc import Callable, Mapping
from typing import Any

from togglemesh.engine.fields import text_of
from togglemesh.engine.operators.operator import ContextOperator, ContextTest, Texts

Held = frozenset[str]


def texts_in(context: Mapping[str, Any], field: str, *, fold: bool) -> Held | None:
    """The texts that the field holds; None when it is absent."""
    held = _texts(context.get(field))
    if held is None:
        properties = context.get("properties")
        if isinstance(properties, dict):
            held = _texts(properties.get(field))
    if held is None:
        return None
    return frozenset(text.lower() for text in held) if fold else held


def _texts(value: object) -> Held | None:
    if isinstance(value, list | tuple | set | frozenset):
        texts = map(text_of, value)
        return frozenset(text for text in texts if text is not None)
    text = text_of(value)
    return None if text is None else frozenset((text,))


def _compares(holds: Callable[[Held, Held], bool], *, when_absent: bool = False) -> ContextOperator:
    def build(field: str, values: Texts, fold: bool) -> ContextTest:
        wanted = frozenset(value.lower() for value in values) if fold else frozenset(values)

        def test(context: Mapping[str, Any]) -> bool:
            held = texts_in(context, field, fold=fold)
            return when_absent if held is None else holds(held, wanted)

        return test

    return ContextOperator(build)


OPERATORS = {
    "ARRAY_CONTAINS_ANY": _compares(lambda held, wanted: not held.isdisjoint(wanted)),
    "ARRAY_CONTAINS_ALL": _compares(lambda held, wanted: held >= wanted),
    "ARRAY_CONTAINS_NONE": _compares(
        lambda held, wanted: held.isdisjoint(wanted), when_absent=True
    ),
    "ARRAY_CONTAINS_ONLY": _compares(lambda held, wanted: held <= wanted),
}
