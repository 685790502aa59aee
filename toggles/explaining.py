"""Why somebody gets what they get: the engine's explanation over the stored state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from governance.refusals import Invalid
from togglemesh.engine import Engine, Explanation, InvalidContext, validate_context
from toggles.reads import get_active_feature, snapshot


def explain(*, feature: str, environment: str, context: Mapping[str, Any]) -> Explanation:
    """How the feature is decided there, now. Invalid names what is wrong in the context."""
    try:
        asked = validate_context(context)
    except InvalidContext as refused:
        raise Invalid(**{refused.field: str(refused)}) from None
    get_active_feature(feature)
    stored = snapshot(environment)
    features = _needed(feature, stored["features"])
    return Engine.from_snapshot({**stored, "features": features}).explain(feature, asked)


def _needed(key: str, features: Mapping[str, Any]) -> dict[str, Any]:
    """The feature and all that it requires: compiling the others would take long for nothing."""
    found: dict[str, Any] = {}
    waiting = [key]
    while waiting:
        one = waiting.pop()
        if one in features and one not in found:
            found[one] = features[one]
            waiting += [needed["feature"] for needed in found[one].get("prerequisites", ())]
    return found
