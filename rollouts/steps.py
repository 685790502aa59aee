"""The steps that a person asks for, checked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from governance.refusals import Invalid

LONGEST_BAKE = 7 * 24 * 3600
DEFAULT_BAKE = 30


@dataclass(frozen=True, slots=True)
class Step:
    """A segment gets the variant whole, or everyone up to a percentage; then it bakes."""

    segment: str
    percentage: int | None
    bake_seconds: int

    @property
    def title(self) -> str:
        return self.segment or f"{self.percentage} %"


def plan_steps(wishes: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Steps from `{"segment": …}` or `{"percentage": …}`, each with `bake_seconds`.

    Raises Invalid naming `steps` and the step: percentages rise strictly, segments come once.
    """
    if not isinstance(wishes, Sequence) or isinstance(wishes, str) or not wishes:
        raise Invalid(steps="A rollout needs at least one step.")
    steps = [_one(number, wish) for number, wish in enumerate(wishes, start=1)]
    _check_rising([step.percentage for step in steps if step.percentage is not None])
    _check_once([step.segment for step in steps if step.segment])
    return steps


def _one(number: int, wish: Mapping[str, Any]) -> Step:
    if not isinstance(wish, Mapping):
        raise Invalid(steps=f"Step {number} is not an object.")
    segment, percentage = wish.get("segment") or "", wish.get("percentage")
    if bool(segment) == (percentage is not None):
        raise Invalid(steps=f"Step {number} needs either a segment or a percentage.")
    if not isinstance(segment, str):
        raise Invalid(steps=f"Step {number}: a segment is named by its key.")
    if percentage is not None and not _whole(percentage, 1, 100):
        raise Invalid(
            steps=f"Step {number}: {percentage!r} is no percentage; it is a whole number from "
            "1 to 100."
        )
    return Step(segment, percentage, _bake(number, wish.get("bake_seconds", DEFAULT_BAKE)))


def _bake(number: int, seconds: object) -> int:
    if isinstance(seconds, int) and _whole(seconds, 1, LONGEST_BAKE):
        return seconds
    raise Invalid(
        steps=f"Step {number}: {seconds!r} is no bake; it is a whole number of seconds from 1 to "
        f"{LONGEST_BAKE}."
    )


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _check_rising(percentages: Sequence[int]) -> None:
    for lower, upper in pairwise(percentages):
        if upper <= lower:
            raise Invalid(steps=f"Percentages must rise: {upper} % cannot follow {lower} %.")


def _check_once(segments: Sequence[str]) -> None:
    for segment in segments:
        if segments.count(segment) > 1:
            raise Invalid(steps=f"The segment {segment!r} is named twice.")
