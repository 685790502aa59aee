"""What evaluators and SDKs get: a feature in one environment as a document (docs/wire.md)."""

from typing import Any

from toggles.models import Feature, Revision, Segment, Toggle

Document = dict[str, Any]


def feature_document(toggle: Toggle) -> Document:
    """The document of a toggle as it is now. Reads `toggle.feature` and `toggle.current`."""
    if toggle.current is None:
        raise RuntimeError(f"{toggle} has no revision: it was not made by create_feature")
    return document_of(toggle.feature, toggle.current)


def document_of(feature: Feature, revision: Revision) -> Document:
    """The document that a feature has with a revision, current or not."""
    return {
        "key": feature.key,
        "enabled": revision.enabled,
        "revision": revision.number,
        "variants": feature.variants,
        "off_variant": feature.off_variant,
        "carried": feature.carried,
        "client_side": feature.client_side,
        "rules": revision.rules,
        **revision.more,
    }


def segment_document(segment: Segment) -> Document:
    """A segment's document."""
    document = {"key": segment.key, "constraints": segment.constraints}
    return document if segment.when is None else document | {"when": segment.when}
