"""Values as Unleash's variants carry them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from togglemesh.engine import Decision
from togglemesh.engine.documents import variants
from togglemesh.engine.fields import text_of
from toggles.evaluator.http import encode

Document = Mapping[str, Any]


def is_plain(feature: Document) -> bool:
    """Whether the feature only says yes or no: for Unleash it then has no variants."""
    return variants.is_plain(feature["variants"], feature["off_variant"])


def payload_of(value: Any) -> dict[str, Any]:
    """The field `payload` with its type; without it for null."""
    if value is None:
        return {}
    if isinstance(value, str):
        return {"payload": {"type": "string", "value": value}}
    if isinstance(value, bool):
        return {"payload": {"type": "string", "value": "true" if value else "false"}}
    if isinstance(value, int | float):
        return {"payload": {"type": "number", "value": text_of(value) or str(value)}}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return {"payload": {"type": "json", "value": text}}


def toggle_of(feature: Document, decision: Decision) -> bytes:
    """One toggle of the frontend API as JSON; empty when it is not on."""
    if not is_on(feature, decision):
        return b""
    return encode(
        {
            "name": decision.key,
            "enabled": True,
            "impressionData": False,
            "variant": variant_of(feature, decision),
        }
    )


def is_on(feature: Document, decision: Decision) -> bool:
    """On for Unleash: another variant than the off variant was given."""
    return decision.variant is not None and decision.variant != feature["off_variant"]


def variant_of(feature: Document, decision: Decision) -> dict[str, Any]:
    """The variant of a decision that is on, as the frontend API has it."""
    outcome = {"feature_enabled": True, "featureEnabled": True}
    if is_plain(feature):
        return {"name": "disabled", "enabled": False, **outcome}
    return {"name": decision.variant, "enabled": True, **payload_of(decision.value), **outcome}
