"""Checks of variants and of metadata."""

from collections.abc import Collection, Mapping
from typing import Any

from togglemesh.engine.documents.place import Place

TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "string": (str,),
    "number": (int, float),
    "json": (object,),
}

# What Unleash calls the variant of a feature that has none to give. Names of ours may be the same.
DISABLED = "disabled"


def is_plain(variants: Mapping[str, Mapping[str, Any]], off_variant: str | None) -> bool:
    """Whether they only say yes or no: for Unleash such a feature has no variants."""
    values = {name: variant["value"] for name, variant in variants.items()}
    off = values.pop(off_variant, None) if off_variant is not None else None
    return off is False and len(values) == 1 and all(v is True for v in values.values())


def names_disabled(names: Collection[str], variants: Mapping[str, Any], off: str | None) -> bool:
    """Whether they name the variant `disabled` of a feature without variants: in Unleash (client
    specification 6.1.0) whoever has the feature has that."""
    return DISABLED in names and DISABLED not in variants and is_plain(variants, off)


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
