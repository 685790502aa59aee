"""Decisions in the baggage of OpenTelemetry's context, in processes that use OpenTelemetry.

It is never imported from here: a process that has not loaded it has nothing in its context.
Members of other prefixes are neither read nor changed.
"""

import sys
from collections.abc import Mapping
from typing import Any

from togglemesh.baggage import MOST_DECISIONS, PREFIX, SIGNATURE_PREFIX, is_name

OURS = (PREFIX, SIGNATURE_PREFIX)


def in_use() -> bool:
    """Whether the process has loaded OpenTelemetry's baggage."""
    return "opentelemetry.baggage" in sys.modules


def read() -> tuple[dict[str, str], dict[str, str]]:
    """Variant by feature and signature by feature of the present context."""
    members: Mapping[str, object] = sys.modules["opentelemetry.baggage"].get_all()
    return _taken(members, PREFIX), _taken(members, SIGNATURE_PREFIX)


def read_one(feature: str) -> tuple[str | None, str]:
    """The feature's variant and signature in the present context."""
    member = sys.modules["opentelemetry.baggage"].get_baggage
    variant = member(PREFIX + feature)
    if variant is None or not isinstance(variant, str) or not is_name(variant):
        return None, ""
    signature = member(SIGNATURE_PREFIX + feature)
    return variant, signature if isinstance(signature, str) else ""


def attach(decisions: Mapping[str, str], signatures: Mapping[str, str]) -> object:
    """Makes these the decisions of the present context, and those alone; `detach` ends it."""
    return _context().attach(with_decisions(None, decisions, signatures))


def with_decisions(
    context: Any, decisions: Mapping[str, str], signatures: Mapping[str, str]
) -> Any:
    """OpenTelemetry's context (None: the present one) with these decisions, and those alone."""
    baggage: Any = sys.modules["opentelemetry.baggage"]
    members = {k: v for k, v in baggage.get_all(context).items() if not k.startswith(OURS)}
    members |= {PREFIX + feature: variant for feature, variant in decisions.items()}
    members |= {SIGNATURE_PREFIX + feature: signature for feature, signature in signatures.items()}
    context = baggage.clear(context)
    for name, value in members.items():
        context = baggage.set_baggage(name, value, context)
    return context


def detach(token: object) -> None:
    """Gives back the context from before `attach`."""
    _context().detach(token)


def within_span() -> bool:
    """Whether the present context is that of a span: then it ends with it, and all it holds."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    return trace is not None and bool(trace.get_current_span().get_span_context().is_valid)


def _context() -> Any:
    return sys.modules["opentelemetry.context"]


def _taken(members: Mapping[str, object], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in members.items():
        feature = name.removeprefix(prefix)
        sound = isinstance(value, str) and is_name(value) and is_name(feature)
        if name.startswith(prefix) and sound and len(found) < MOST_DECISIONS:
            found[feature] = str(value)
    return found
