"""The outcome of one feature for one context."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, final


class Reason(StrEnum):
    """Why a decision came out as it did; the texts travel in OFREP answers."""

    DISABLED = "DISABLED"  # the toggle is off
    DEFAULT = "DEFAULT"  # no rule matched
    STATIC = "STATIC"  # a rule without any condition
    TARGETING_MATCH = "TARGETING_MATCH"  # constraints, segments or stickiness decided
    SPLIT = "SPLIT"  # a share below 100 or a split decided
    CARRIED = "CARRIED"  # an earlier hop decided; the decision came in baggage
    UNDECIDED = "UNDECIDED"  # an earlier hop should have decided and did not
    NOT_FOUND = "NOT_FOUND"  # no such feature; the value is the caller's default
    NOT_READY = "NOT_READY"  # nothing loaded yet; the value is the caller's default
    ERROR = "ERROR"  # something broke while deciding; the value is the caller's default


@final
@dataclass(frozen=True, slots=True)
class Decision:
    """`value` may be shared with other decisions of the feature: read it, do not change it.

    `variant`, `rule` and `revision` are None where there is none: the caller's default has no
    variant, and the off variant comes from no rule. `enabled` says whether the toggle is on,
    not who gets it.
    """

    key: str
    variant: str | None
    value: Any
    enabled: bool
    reason: str
    rule: str | None = None
    revision: int | None = None
    metadata: Mapping[str, Any] | None = None

    def with_value(self, value: Any) -> "Decision":
        """The same decision with another value."""
        return replace(self, value=value)


def default_decision(key: str, default: object, reason: Reason) -> Decision:
    """What a caller gets who cannot be given a variant."""
    return Decision(key, None, default, enabled=False, reason=reason.value)
