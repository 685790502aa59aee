"""Checks of what people ask for, in the engine's own words. Pure.

The engine in the SDK refuses what it cannot decide; the same check at our edge means that no
document that an SDK would refuse can ever be stored.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from governance.names import is_key
from governance.refusals import Invalid
from togglemesh.engine import InvalidDocument, validate_feature, validate_segments
from togglemesh.engine.documents.place import NAME, NAME_RULE
from toggles import every_reader

Document = Mapping[str, Any]

# What an exposure may have beside `enabled` and `rules` (docs/wire.md, "More of a feature").
MORE = (
    "type",
    "default_variant",
    "off_variant",
    "prerequisites",
    "lists",
    "schedule",
    "targeting",
    "fractional",
    "metadata",
)


def check_name(text: object, field: str = "key") -> str:
    """Return the name of a feature or a variant, or raise Invalid that names the field."""
    if isinstance(text, str) and NAME.fullmatch(text):
        return text
    raise Invalid(**{field: f"{text!r} cannot be used: it {NAME_RULE}."})


def check_variants(variants: Document, off_variant: str) -> None:
    """At least one variant, sane names, and `off_variant` among them."""
    if not variants:
        raise Invalid(variants="A feature needs at least one variant.")
    for name in variants:
        check_name(name, "variants")
    if off_variant not in variants:
        raise Invalid(off_variant=f"{off_variant!r} is none of the variants {', '.join(variants)}.")


MOST_TAGS = 20
_TAG = re.compile(r"[a-z0-9]([a-z0-9:._/-]{0,48}[a-z0-9])?")


def check_tags(tags: Collection[object]) -> None:
    """Raise Invalid naming `tags` for what is no tag."""
    if len(tags) > MOST_TAGS:
        raise Invalid(tags=f"A feature has at most {MOST_TAGS} tags.")
    for tag in tags:
        if not isinstance(tag, str) or not _TAG.fullmatch(tag):
            raise Invalid(
                tags=f"{tag!r} cannot be a tag: it has 1 to 50 lower-case letters, digits and any "
                "of : . _ / -, and starts and ends with a letter or digit."
            )


def check_carried(key: str, variants: Document) -> None:
    """A route's names become parts of Kubernetes objects' names and of regular expressions."""
    for field, name in [("feature", key), *(("variant", one) for one in variants)]:
        if not is_key(name):
            raise Invalid(
                **{
                    field: f"{name!r} cannot have routes: a feature with routes, and its variants, "
                    "have names of lower-case letters, digits and hyphens (the rule of "
                    "Kubernetes labels)."
                }
            )


def check_more(more: Document) -> None:
    """Raise Invalid naming `more` for a field that an exposure does not have."""
    for field in more:
        if field not in MORE:
            raise Invalid(more=f"{field!r} is not a field here; there are {', '.join(MORE)}.")
    if more.get("off_variant", "") not in (None, ""):
        raise Invalid(
            more="off_variant: is the feature's, in all its environments; null leaves it to the "
            "caller's default here."
        )


def check_document(document: Document, segments: Collection[str] | None) -> None:
    """Raise Invalid naming the part of the exposure that any of its readers would refuse."""
    every_reader.check_values(document, _field_of)
    try:
        validate_feature(document, at="", known_segments=segments)
    except InvalidDocument as refused:
        field = re.split(r"[.\[]", refused.field, maxsplit=1)[0]
        raise Invalid(**{_field_of(field): str(refused)}) from None
    every_reader.check_feature(document)


def _field_of(name: str) -> str:
    """The field of a request that holds this one of a document."""
    return "more" if name in MORE and name != "off_variant" else name or "request"


def check_segment(segment: Document) -> None:
    """Raise Invalid naming `constraints` or `when` when any of their readers would refuse them."""
    every_reader.check_values(segment, lambda name: name or "constraints")
    try:
        validate_segments({"segment": segment}, at="")
    except InvalidDocument as refused:
        problem = str(refused).removeprefix("segment.")
        field = "when" if problem.startswith("when") else "constraints"
        raise Invalid(**{field: problem}) from None
    every_reader.check_segment(segment)
