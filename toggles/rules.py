"""Checks of what people ask for, in the engine's own words. Pure.

The engine in the SDK refuses what it cannot decide; the same check at our edge means that no
document that an SDK would refuse can ever be stored.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from governance.names import check_key
from governance.refusals import Invalid
from togglemesh.engine import InvalidDocument, validate_constraints, validate_feature

Document = Mapping[str, Any]


def check_variants(variants: Document, off_variant: str) -> None:
    """At least one variant, sane names, and `off_variant` among them."""
    if not variants:
        raise Invalid(variants="A feature needs at least one variant.")
    for name in variants:
        check_key(name, "variants")
    if off_variant not in variants:
        raise Invalid(off_variant=f"{off_variant!r} is none of the variants {', '.join(variants)}.")


def check_document(document: Document) -> None:
    """Raise Invalid that names the part of the exposure that the engine would refuse."""
    try:
        validate_feature(document)
    except InvalidDocument as refused:
        raise Invalid(
            **{_first_part(refused.field): f"{refused.field}: {refused.problem}"}
        ) from None


def check_segments_known(rules: Sequence[Document], known: set[str]) -> None:
    """Every segment that a rule names must exist."""
    for rule in rules:
        for name in rule.get("segments") or ():
            if name not in known:
                raise Invalid(rules=f"There is no segment {name!r}.")


def check_constraints(constraints: Sequence[Document]) -> None:
    """Raise Invalid naming `constraints` when the engine would refuse them."""
    try:
        validate_constraints(constraints)
    except InvalidDocument as refused:
        raise Invalid(constraints=f"{refused.field}: {refused.problem}") from None


def _first_part(field: str) -> str:
    return re.split(r"[.\[]", field, maxsplit=1)[0] or "rules"
