"""Decisions in OFREP's words."""

from __future__ import annotations

from typing import Any

from togglemesh.engine import Decision, Reason
from toggles.evaluator.http import Refused, encode

UNUSUAL = frozenset({Reason.NOT_FOUND.value, Reason.ERROR.value})


def item_of(decision: Decision) -> bytes:
    """One decision among the answers of a bulk evaluation, as JSON."""
    if decision.reason in UNUSUAL:
        return encode(unusual(decision).content)
    return encode(success(decision))


def success(decision: Decision) -> dict[str, Any]:
    """One decision as OFREP wants it; without a variant it is the caller's default."""
    metadata: dict[str, Any] = {"revision": decision.revision}
    if decision.metadata is not None or decision.revision is None:
        metadata = _metadata(decision)
    if decision.variant is None:
        return {"key": decision.key, "reason": decision.reason, "metadata": metadata}
    return {
        "key": decision.key,
        "reason": decision.reason,
        "variant": decision.variant,
        "value": decision.value,
        "metadata": metadata,
    }


def _metadata(decision: Decision) -> dict[str, Any]:
    given = {"revision": decision.revision, **(decision.metadata or {})}
    return {k: v for k, v in given.items() if isinstance(v, bool | int | float | str)}


def unusual(decision: Decision) -> Refused:
    if decision.reason == Reason.ERROR:
        details = f"The feature {decision.key!r} cannot be decided for this context."
        return Refused(400, {"key": decision.key, "errorCode": "GENERAL", "errorDetails": details})
    details = f"There is no feature {decision.key!r} in this environment."
    return Refused(
        404, {"key": decision.key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": details}
    )
