"""Checks of what people ask for, in the engine's own words. Pure.

The engine in the SDK refuses what it cannot decide; the same check at our edge means that no
document that an SDK would refuse can ever be stored.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from governance.names import check_key
from governance.refusals import Invalid
from togglemesh.engine import InvalidDocument, validate_feature, validate_segments

Document = Mapping[str, Any]


def check_variants(variants: Document, off_variant: str) -> None:
    """At least one variant, sane names, and `off_variant` among them."""
    if not variants:
        raise Invalid(variants="A feature needs at least one variant.")
    for name in variants:
        check_key(name, "variants")
    if off_variant not in variants:
        raise Invalid(off_variant=f"{off_variant!r} is none of the variants {', '.join(variants)}.")


def check_document(document: Document, segments: Collection[str]) -> None:
    """Raise Invalid naming the part of the exposure that the engine would refuse."""
    try:
        validate_feature(document, at="", known_segments=segments)
    except InvalidDocument as refused:
        field = re.split(r"[.\[]", refused.field, maxsplit=1)[0]
        raise Invalid(**{field: str(refused)}) from None


def check_constraints(constraints: Sequence[Document]) -> None:
    """Raise Invalid naming `constraints` when the engine would refuse them."""
    try:
        validate_segments({"segment": {"constraints": constraints}}, at="")
    except InvalidDocument as refused:
        raise Invalid(constraints=str(refused).removeprefix("segment.")) from None
