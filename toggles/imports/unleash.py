"""What an Unleash client-features document asks for."""

from collections.abc import Mapping
from typing import Any

from governance.refusals import Invalid
from togglemesh.engine import InvalidDocument
from togglemesh.engine.unleash.state import documents_of
from toggles.imports.readable import readable
from toggles.imports.wanted import Broken, Document, Wanted, wanted_of


def read(state: Mapping[str, Any], *, skip_broken: bool = False) -> Wanted:
    """Raises Invalid naming `file`. Unleash numbers its segments: number 7 is `unleash-7` here."""
    broken = Broken()
    try:
        features, segments = documents_of(state, on_invalid=broken.note if skip_broken else None)
    except InvalidDocument as problem:
        raise Invalid(file=str(problem)) from None
    readable_segments: dict[str, Document] = {}
    for key, segment in segments.items():
        constraints = readable(segment["constraints"])
        if constraints is not None:
            named = segment["name"] or f"Segment {key} of Unleash"
            readable_segments[f"unleash-{key}"] = {"name": named, "constraints": constraints}
    left_out: dict[str, list[str]] = {}
    wanted = {}
    for key, document in features.items():
        rules = [_rule(rule, readable_segments) for rule in document["rules"]]
        gone = [d["id"] for d, rule in zip(document["rules"], rules, strict=True) if rule is None]
        if gone:
            left_out[key] = [f"strategy {name!r} takes nobody in Unleash either" for name in gone]
        kept = document | {"rules": [rule for rule in rules if rule is not None]}
        wanted[key] = wanted_of(kept, document["off_variant"])
    return Wanted(wanted, readable_segments, left_out, broken.by_place)


def _rule(rule: Document, segments: Mapping[str, Document]) -> Document | None:
    """None when it takes nobody: it asks something that cannot be read, or an unknown segment."""
    constraints = readable(rule.get("constraints", []))
    asked = [f"unleash-{key}" for key in rule.get("segments", [])]
    if constraints is None or any(key not in segments for key in asked):
        return None
    return rule | {"segments": asked, "constraints": constraints}
