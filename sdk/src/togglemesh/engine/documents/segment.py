"""Checks of constraints and of segments."""

from collections.abc import Mapping, Sequence
from typing import Any

from togglemesh.engine.documents.place import InvalidSegment, Place
from togglemesh.engine.fields import text_of
from togglemesh.engine.operators import OPERATORS
from togglemesh.engine.operators.numbers import OPERATORS as NUMERIC
from togglemesh.engine.operators.numbers import number_of

CONSTRAINT_FIELDS = ("field", "operator", "values", "inverted", "case_insensitive")
SEGMENT_FIELDS = ("key", "name", "constraints")


def validate_segments(
    segments: Mapping[str, Any], *, at: str = "segments", strict: bool = True
) -> None:
    """Raises InvalidSegment naming the first field that is wrong."""
    place = Place(at, segments, InvalidSegment).object()
    for key in segments:
        Place(at, key, InvalidSegment).name()
        _check_segment(place.field(key).object(), key, strict=strict)


def validate_constraints(
    constraints: Sequence[Any], *, at: str = "constraints", strict: bool = True
) -> None:
    """Raises InvalidSegment naming the first field that is wrong."""
    for constraint in Place(at, constraints, InvalidSegment).items():
        check_constraint(constraint, strict=strict)


def _check_segment(place: Place, key: str, *, strict: bool) -> None:
    if strict:
        place.known_fields(SEGMENT_FIELDS)
    named = place.field("key", key)
    if named.value != key:
        named.refuse_value(f"must be {key!r}, as it is filed")
    for constraint in place.field("constraints").items():
        check_constraint(constraint, strict=strict)


def check_constraint(place: Place, *, strict: bool) -> None:
    """Raises the place's refusal; an unknown operator is one only when strict."""
    place.object()
    if strict:
        place.known_fields(CONSTRAINT_FIELDS)
        place.field("operator").one_of(OPERATORS, "a known operator")
    place.field("field").text()
    place.field("inverted", default=False).boolean()
    place.field("case_insensitive", default=False).boolean()
    _check_values(place.field("values"), place.field("operator").text())


def _check_values(place: Place, operator: str) -> None:
    for value in place.items():
        text = text_of(value.value)
        if text is None:
            value.refuse_value("must be text, a number, true or false, and not empty")
        if operator in NUMERIC and number_of(text) is None:
            value.refuse_value("must be a number")
