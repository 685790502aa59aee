"""Checks of variants and of metadata."""

from collections.abc import Collection
from typing import Any

from togglemesh.engine.documents.place import Place

TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "string": (str,),
    "number": (int, float),
    "json": (object,),
}


def check_variants(place: Place, kind: Place, *, strict: bool) -> Collection[str]:
    """The names of the variants; every value is of the feature's type, where it has one."""
    if kind.value is not None and strict:
        kind.one_of(TYPES, "a type")
    place.object()
    for name in place.value:
        place.holding(name).name()
        variant = place.field(name).object()
        if "value" not in variant.value:
            variant.field("value").refuse("is missing")
        if strict and kind.value is not None and not is_of_type(variant.value["value"], kind.value):
            variant.field("value").refuse_value(f"must be of the feature's type, {kind.value}")
    return frozenset(place.value)


def is_of_type(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind in ("boolean", "json")
    return isinstance(value, TYPES[kind])


def check_metadata(place: Place) -> None:
    """Names with texts, numbers, true or false."""
    for name in place.object().value:
        value = place.field(name)
        if not isinstance(value.value, str | int | float):
            value.refuse_value("must be text, a number, true or false")
