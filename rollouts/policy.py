"""What a person may set of a gate, checked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from governance.refusals import Invalid


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What a person may set. The defaults catch a broken version at 1 %, and let chance pass."""

    window_seconds: int = 10
    min_requests: int = 10  # of the new version, per service, before a bake counts as passed
    min_errors: int = 3
    margin_points: float = 5  # percentage points above the baseline's error rate
    on_no_traffic: str = "proceed"  # after the extra bakes: "proceed", saying so, or "hold"
    extra_bakes: int = 1  # how many more bakes to wait for traffic


def plan_gate(wish: Mapping[str, Any] | None) -> GatePolicy:
    """The policy, checked. Raises Invalid naming `gate`."""
    wish = {} if wish is None else wish
    if not isinstance(wish, Mapping):
        raise Invalid(gate="The gate is an object.")
    unknown = set(wish) - {f.name for f in fields(GatePolicy)}
    if unknown:
        raise Invalid(gate=f"The gate has no {', '.join(sorted(unknown))}.")
    policy = GatePolicy(**wish)
    for name, least, most in BOUNDS:
        value = getattr(policy, name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Invalid(gate=f"{name} is a number.")
        if not least <= value <= most or (name != "margin_points" and value != int(value)):
            raise Invalid(gate=f"{name} lies between {least} and {most}.")
    if policy.on_no_traffic not in ("proceed", "hold"):
        raise Invalid(gate="on_no_traffic is 'proceed' or 'hold'.")
    return policy


BOUNDS = (
    ("window_seconds", 2, 300),
    ("min_requests", 1, 100_000),
    ("min_errors", 1, 100_000),
    ("margin_points", 0, 100),
    ("extra_bakes", 0, 1000),
)
