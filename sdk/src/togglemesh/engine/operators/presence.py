"""Whether a field is there at all: not null, not an empty text, not an empty list or object."""

from collections.abc import Mapping
from typing import Any

from togglemesh.engine.fields import Context, reader
from togglemesh.engine.operators.operator import ContextOperator, ContextTest, Texts


def _is_given(value: object) -> bool:
    return isinstance(value, list | tuple | set | frozenset | Mapping) and len(value) > 0


def _present(field: str, _values: Texts, _fold: bool) -> ContextTest:
    read = reader(field)

    def test(context: Mapping[str, Any]) -> bool:
        if read(context) is not None or _is_given(context.get(field)):
            return True
        properties = context.get("properties")
        return isinstance(properties, dict) and _is_given(properties.get(field))

    return test


def _absent(field: str, values: Texts, fold: bool) -> ContextTest:
    present = _present(field, values, fold)

    def test(context: Context) -> bool:
        return not present(context)

    return test


OPERATORS = {
    "PRESENT": ContextOperator(_present, takes_values=False),
    "ABSENT": ContextOperator(_absent, takes_values=False),
}
