"""What the audit log and revisions keep of features and segments: their state, as JSON."""

from __future__ import annotations

from typing import Any

from toggles.models import Feature, Segment

State = dict[str, Any]

FEATURE_TEXTS = ("name", "description", "kind")
FEATURE_FIELDS = (
    *FEATURE_TEXTS,
    "lifecycle",
    "variants",
    "off_variant",
    "carried",
    "client_side",
    "tags",
)


def feature_state(feature: Feature) -> State:
    """All that is the same in each environment."""
    fields = {name: getattr(feature, name) for name in FEATURE_FIELDS}
    return {**fields, "owner": feature.owner.key}


def segment_state(segment: Segment) -> State:
    """`owner` is null for one that belongs to everybody."""
    return {
        "name": segment.name,
        "constraints": segment.constraints,
        "when": segment.when,
        "owner": segment.owner.key if segment.owner else None,
    }
