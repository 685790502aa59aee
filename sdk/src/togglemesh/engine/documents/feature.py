"""Checks of a feature's document."""

from collections.abc import Collection, Mapping
from typing import Any

from togglemesh.engine.documents.place import InvalidFeature, Place
from togglemesh.engine.documents.rules import RulesCheck
from togglemesh.engine.documents.variants import check_metadata, check_variants
from togglemesh.engine.flagd.logic import problem_of
from togglemesh.engine.operators.dates import seconds_of

FEATURE_FIELDS = (
    "key",
    "enabled",
    "revision",
    "type",
    "variants",
    "off_variant",
    "default_variant",
    "carried",
    "client_side",
    "prerequisites",
    "lists",
    "rules",
    "targeting",
    "fractional",
    "schedule",
    "metadata",
)
PREREQUISITE_FIELDS = ("feature", "enabled", "variants")
STEP_FIELDS = ("at", "enabled", "default_variant", "lists", "rules")
GREATEST_REVISION = 2**63 - 1
FRACTIONAL = ("cbor", "text", "percent")


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
    place.check_nesting()
    if strict:
        place.known_fields(FEATURE_FIELDS)
    _check_key(place.field("key"), key)
    place.field("enabled").boolean()
    for flag in place.given("carried", "client_side"):
        flag.boolean()
    if place.field("revision").value is not None:
        place.field("revision").whole_number(0, GREATEST_REVISION)
    variants = check_variants(place.field("variants"), place.field("type"), strict=strict)
    _check_off_variant(place, variants)
    check = RulesCheck(variants, known_segments, strict=strict)
    check.exposure(place)
    for prerequisites in place.given("prerequisites"):
        for one in prerequisites.items():
            _check_prerequisite(one.object(), strict=strict)
    for schedule in place.given("schedule"):
        for step in schedule.items():
            _check_step(step.object(), check, strict=strict)
    for metadata in place.given("metadata"):
        check_metadata(metadata)
    check_targeting(place, strict=strict)


def _check_key(place: Place, key: str | None) -> None:
    place.name()
    if key is not None and place.value != key:
        place.refuse_value(f"must be {key!r}, as it is filed")


def _check_off_variant(place: Place, variants: Collection[str]) -> None:
    off = place.field("off_variant")
    left_to_caller = place.value.get("targeting") is not None and "off_variant" in place.value
    if off.value is None and left_to_caller and not place.value.get("carried"):
        return
    off.one_of(variants, "one of the variants")


def _check_prerequisite(place: Place, *, strict: bool) -> None:
    if strict:
        place.known_fields(PREREQUISITE_FIELDS)
    place.field("feature").text()
    place.field("enabled", default=True).boolean()
    for variant in place.field("variants", default=[]).items():
        variant.text()


def _check_step(place: Place, check: RulesCheck, *, strict: bool) -> None:
    if strict:
        place.known_fields(STEP_FIELDS)
    if seconds_of(place.field("at").text()) is None:
        place.field("at").refuse_value("must be a moment like 2030-01-31T12:00:00Z")
    if "enabled" in place.value:
        place.field("enabled").boolean()
    check.exposure(place)


def check_targeting(place: Place, *, strict: bool) -> None:
    """JsonLogic in the place of rules; see togglemesh.engine.flagd."""
    targeting = place.field("targeting")
    if targeting.value is None:
        return
    if place.value.get("rules"):
        targeting.refuse("stands in the place of rules: there must be none")
    problem = problem_of(targeting.object().value, strict=strict)
    if problem is not None:
        targeting.refuse(problem)
    place.field("fractional", default="cbor").one_of(FRACTIONAL, "a way to hash")
