"""Checks of what surrounds features and segments: snapshots and changes."""

from collections.abc import Mapping
from typing import Any

from togglemesh.engine.documents.place import InvalidSnapshot, Place
from togglemesh.engine.documents.segment import validate_segments

GREATEST_NUMBER = 2**63 - 1
FORMATS = (1,)
WITH_DOCUMENT = ("feature", "segment")


def validate_snapshot(snapshot: Mapping[str, Any]) -> None:
    """Raises InvalidSnapshot or InvalidSegment; the features are checked one by one later."""
    place = Place("", snapshot, InvalidSnapshot)
    if not isinstance(snapshot, Mapping):
        Place("snapshot", snapshot, InvalidSnapshot).object()
    if place.field("format").value not in FORMATS:
        place.field("format").refuse_value("must be 1, the format that this version reads")
    place.field("environment").text()
    place.field("number").whole_number(0, GREATEST_NUMBER)
    place.field("features").object()
    place.field("segments").object()
    validate_segments(snapshot["segments"], strict=False)


def validate_change(change: Mapping[str, Any]) -> None:
    """Raises InvalidSnapshot naming the field; the document is checked when it is applied."""
    if not isinstance(change, Mapping):
        Place("change", change, InvalidSnapshot).object()
    place = Place("", change, InvalidSnapshot)
    place.field("number").whole_number(1, GREATEST_NUMBER)
    kind = place.field("kind").text()
    place.field("key").text()
    if kind in WITH_DOCUMENT:
        place.field("document").object()
