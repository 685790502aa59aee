"""Checks of constraints, and of conditions that join them."""

from collections.abc import Collection
from typing import Any

from togglemesh.engine.documents.place import Place
from togglemesh.engine.fields import text_of
from togglemesh.engine.operators import OPERATORS, ContextOperator
from togglemesh.engine.operators.numbers import OPERATORS as NUMERIC

CONSTRAINT_FIELDS = ("field", "operator", "values", "inverted", "case_insensitive")
JOINTS = ("all", "any", "not", "segment")
GREATEST_DEPTH = 20  # deeper ones nobody reads, and Python compiles to a limit

Segments = Collection[str] | None


def check_condition(
    place: Place,
    segments: Segments = None,
    *,
    strict: bool,
    depth: int = GREATEST_DEPTH,
    in_segment: bool = False,
) -> None:
    """Raises the place's refusal. `segments` are those known; None takes any."""
    joint = next((name for name in JOINTS if name in place.object().value), None)
    if joint is None:
        check_constraint(place, strict=strict)
        return
    if depth == 0:
        place.refuse(f"must not be nested deeper than {GREATEST_DEPTH}")
    if len(place.value) > 1:
        place.refuse(f"must hold {joint!r} alone")
    below = place.field(joint)
    if joint == "segment":
        _check_segment_named(below, segments, in_segment=in_segment)
        return
    for part in [below] if joint == "not" else below.items():
        check_condition(part, segments, strict=strict, depth=depth - 1, in_segment=in_segment)


def check_constraint(place: Place, *, strict: bool) -> None:
    """Raises the place's refusal; an unknown operator is one only when strict."""
    place.object()
    name = place.field("operator").text()
    if strict:
        place.known_fields(CONSTRAINT_FIELDS)
        place.field("operator").one_of(OPERATORS, "a known operator")
    place.field("field").text()
    place.field("inverted", default=False).boolean()
    place.field("case_insensitive", default=False).boolean()
    _check_values(place.field("values", default=_no_values(name)), name, strict=strict)


def _no_values(operator: str) -> Any:
    """Only an operator that asks for nothing may go without values."""
    known = OPERATORS.get(operator)
    return () if isinstance(known, ContextOperator) and not known.takes_values else None


def _check_segment_named(place: Place, segments: Segments, *, in_segment: bool) -> None:
    if in_segment:
        place.refuse("a segment must not ask another")
    if place.text() and segments is not None:
        place.one_of(segments, "a known segment")


def _check_values(place: Place, operator: str, *, strict: bool) -> None:
    known = OPERATORS.get(operator)
    # Wrong numbers were refused by readers from the start; other values that a reader cannot
    # use match nothing, so that a newer server's do not cost it the whole feature.
    check = known.check if known is not None and (strict or operator in NUMERIC) else None
    for value in place.items():
        text = text_of(value.value)
        if text is None:
            value.refuse_value("must be text, a number, true or false, and not empty")
        problem = check(str(text)) if check is not None else None
        if problem is not None:
            value.refuse_value(problem)
    if strict and isinstance(known, ContextOperator) and not known.takes_values and place.value:
        place.refuse(f"must be empty for {operator}")
