"""Checks of segments."""

from collections.abc import Mapping, Sequence
from typing import Any

from togglemesh.engine.documents.conditions import check_condition, check_constraint
from togglemesh.engine.documents.place import InvalidSegment, Place

SEGMENT_FIELDS = ("key", "name", "constraints", "when")


def validate_segments(
    segments: Mapping[str, Any], *, at: str = "segments", strict: bool = True
) -> None:
    """Raises InvalidSegment naming the first field that is wrong."""
    place = Place(at, segments, InvalidSegment).object()
    for key in segments:
        Place(at, key, InvalidSegment).name()
        place.field(key).check_nesting()
        _check_segment(place.field(key).object(), key, strict=strict)


def validate_constraints(
    constraints: Sequence[Any], *, at: str = "constraints", strict: bool = True
) -> None:
    """Raises InvalidSegment naming the first field that is wrong."""
    place = Place(at, constraints, InvalidSegment)
    place.check_nesting()
    for constraint in place.items():
        check_constraint(constraint, strict=strict)


def _check_segment(place: Place, key: str, *, strict: bool) -> None:
    if strict:
        place.known_fields(SEGMENT_FIELDS)
    named = place.field("key", key)
    if named.value != key:
        named.refuse_value(f"must be {key!r}, as it is filed")
    for constraint in place.field("constraints").items():
        check_constraint(constraint, strict=strict)
    if place.field("when").value is not None:
        check_condition(place.field("when"), strict=strict, in_segment=True)
