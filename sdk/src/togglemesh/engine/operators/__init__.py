"""Every operator that a constraint may name."""

from togglemesh.engine.operators import (
    addresses,
    dates,
    lists,
    numbers,
    patterns,
    presence,
    texts,
    versions,
)
from togglemesh.engine.operators.operator import ContextOperator, Operator, TextOperator

OPERATORS: dict[str, Operator] = {
    **texts.OPERATORS,
    **numbers.OPERATORS,
    **dates.OPERATORS,
    **versions.OPERATORS,
    **patterns.OPERATORS,
    **addresses.OPERATORS,
    **lists.OPERATORS,
    **presence.OPERATORS,
}

__all__ = ["OPERATORS", "ContextOperator", "Operator", "TextOperator"]
