"""Checks of a feature's document."""

from collections.abc import Collection, Mapping
from typing import Any

from togglemesh.engine.documents.place import InvalidFeature, Place
from togglemesh.engine.documents.segment import check_constraint

FEATURE_FIELDS = ("key", "enabled", "revision", "variants", "off_variant", "carried", "rules")
RULE_FIELDS = ("id", "segments", "constraints", "percentage", "stickiness", "split")
GREATEST_WEIGHT = 1_000_000
GREATEST_REVISION = 2**63 - 1


def validate_feature(
    document: Mapping[str, Any],
    *,
    key: str | None = None,
    at: str = "",
    known_segments: Collection[str] | None = None,
    strict: bool = True,
) -> None:
    """Raises InvalidFeature naming the first field that is wrong.

    `key` is the key under which the document is filed, `at` the path of the document itself,
    which then begins every field's; `known_segments` makes any other segment a refusal.
    """
    place = Place(at, document, InvalidFeature).object()
    if strict:
        place.known_fields(FEATURE_FIELDS)
    _check_key(place.field("key"), key)
    place.field("enabled").boolean()
    place.field("carried", default=False).boolean()
    if place.field("revision").value is not None:
        place.field("revision").whole_number(0, GREATEST_REVISION)
    variants = _check_variants(place.field("variants"))
    place.field("off_variant").one_of(variants, "one of the variants")
    _check_rules(place.field("rules", default=[]), variants, known_segments, strict=strict)


def _check_key(place: Place, key: str | None) -> None:
    place.name()
    if key is not None and place.value != key:
        place.refuse_value(f"must be {key!r}, as it is filed")


def _check_variants(place: Place) -> Collection[str]:
    place.object()
    for name in place.value:
        Place(place.path, name, place.refusal).name()
        variant = place.field(name).object()
        if "value" not in variant.value:
            variant.field("value").refuse("is missing")
    return frozenset(place.value)


def _check_rules(
    place: Place, variants: Collection[str], segments: Collection[str] | None, *, strict: bool
) -> None:
    seen: set[str] = set()
    for rule in place.items():
        _check_rule(rule.object(), variants, segments, strict=strict)
        id_ = rule.field("id").text()
        if id_ in seen:
            rule.field("id").refuse_value("must differ from the ids of the rules before")
        seen.add(id_)


def _check_rule(
    rule: Place, variants: Collection[str], segments: Collection[str] | None, *, strict: bool
) -> None:
    if strict:
        rule.known_fields(RULE_FIELDS)
    for segment in rule.field("segments", default=[]).items():
        if segment.text() and segments is not None:
            segment.one_of(segments, "a known segment")
    for constraint in rule.field("constraints", default=[]).items():
        check_constraint(constraint, strict=strict)
    rule.field("percentage", default=100).whole_number(0, 100)
    rule.field("stickiness", default="default").text()
    _check_split(rule.field("split"), variants)


def _check_split(place: Place, variants: Collection[str]) -> None:
    total = 0
    for part in place.items():
        part.object().field("variant").one_of(variants, "one of the variants")
        total += part.field("weight").whole_number(0, GREATEST_WEIGHT)
    if total == 0:
        place.refuse("must have a weight above 0")
