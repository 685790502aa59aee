"""A constraint made ready to be asked: its values read, its operator bound."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from togglemesh.engine.fields import Context, Reader, reader, text_of
from togglemesh.engine.operators import OPERATORS, TextOperator

Test = Callable[[Context], bool]
TextTest = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Constraint:
    """`test` is the whole answer. `holds` is the part that the generated code asks in line:
    None for operators that need the context itself.
    """

    field: str
    operator: str
    values: tuple[str, ...]
    inverted: bool
    folds: bool
    test: Test
    holds: TextTest | None = None
    when_absent: bool = False


def compile_constraint(constraint: Mapping[str, Any]) -> Constraint | None:
    """A checked constraint; None when this version does not know its operator."""
    operator = OPERATORS.get(constraint["operator"])
    if operator is None:
        return None
    field, folds = constraint["field"], bool(constraint.get("case_insensitive"))
    values = _texts(constraint.get("values", ()))
    inverted = bool(constraint.get("inverted"))
    if not isinstance(operator, TextOperator):
        test = _inverted(operator.build(field, values, folds)) if inverted else None
        test = test or operator.build(field, values, folds)
        return Constraint(field, constraint["operator"], values, inverted, folds, test)
    if folds:
        values = tuple(value.lower() for value in values)
    holds = operator.build(values)
    test = _text_test(reader(field), holds, folds, operator.when_absent, inverted)
    return Constraint(
        field,
        constraint["operator"],
        values,
        inverted,
        folds,
        test,
        holds,
        operator.when_absent,
    )


def _texts(values: Any) -> tuple[str, ...]:
    # No document of ours may hold an empty text, but one of Unleash may.
    texts = (value if isinstance(value, str) else text_of(value) for value in values)
    return tuple(text for text in texts if text is not None)


def _inverted(test: Test) -> Test:
    return lambda context: not test(context)


def _text_test(
    read: Reader, holds: TextTest, folds: bool, when_absent: bool, inverted: bool
) -> Test:
    def test(context: Context) -> bool:
        text = read(context)
        if text is None:
            return when_absent is not inverted
        return holds(text.lower() if folds else text) is not inverted

    return test
