"""Constraints from elsewhere, as our edge takes them, with the same meaning. Pure."""

from collections.abc import Sequence

from togglemesh.engine import InvalidDocument, validate_constraints
from togglemesh.engine.operators import OPERATORS
from toggles.imports.wanted import Document


def readable(constraints: Sequence[Document]) -> list[Document] | None:
    """Without the values that no reader can read, as those match nothing.

    None when an operator is unknown: a rule that asks it takes nobody.
    """
    if any(one["operator"] not in OPERATORS for one in constraints):
        return None
    return [one | {"values": [v for v in one["values"] if _is_read(one, v)]} for one in constraints]


def _is_read(constraint: Document, value: object) -> bool:
    try:
        validate_constraints([constraint | {"values": [value]}])
    except InvalidDocument as refused:
        return ".values" not in refused.field
    return True
