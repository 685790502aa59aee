"""The shapes of docs/wire.md as types: what a document holds once it has been checked."""

from __future__ import annotations

from typing import Any, TypedDict


class ConstraintShape(TypedDict, total=False):
    field: str
    operator: str
    values: list[Any]
    inverted: bool
    case_insensitive: bool


class SplitPartShape(TypedDict):
    variant: str
    weight: int


class ListShape(TypedDict, total=False):
    id: str
    field: str
    ids: list[Any]
    variant: str
    value: Any


class RuleShape(TypedDict, total=False):
    """`when` is a nested condition; `percentage` is 0 to 100."""

    id: str
    segments: list[str]
    constraints: list[ConstraintShape]
    when: dict[str, Any]
    percentage: int
    stickiness: str
    group: str
    lists: list[ListShape]
    split: list[SplitPartShape]
    split_stickiness: str
    split_group: str


class PrerequisiteShape(TypedDict, total=False):
    feature: str
    enabled: bool
    variants: list[str]


class ScheduleStepShape(TypedDict, total=False):
    """`at` is a moment with a zone, as in RFC 3339."""

    at: str
    enabled: bool
    default_variant: str
    lists: list[ListShape]
    rules: list[RuleShape]


class OptionsShape(TypedDict, total=False):
    """The rest of an exposure, beside on or off and the rules."""

    type: str
    default_variant: str
    off_variant: None
    prerequisites: list[PrerequisiteShape]
    lists: list[ListShape]
    schedule: list[ScheduleStepShape]
    targeting: dict[str, Any]
    fractional: str
    metadata: dict[str, Any]
