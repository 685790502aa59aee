"""Differences between two states, in answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict

from governance.differences import ABSENT, Difference


class DifferenceResponse(TypedDict):
    """One place that differs; `before` or `after` is left out where nothing is."""

    path: str
    before: NotRequired[Any]
    after: NotRequired[Any]


def shown_differences(found: Iterable[Difference]) -> list[DifferenceResponse]:
    """As answers have them."""
    return [_shown(one) for one in found]


def _shown(one: Difference) -> DifferenceResponse:
    shown: DifferenceResponse = {"path": one.path}
    if one.before is not ABSENT:
        shown["before"] = one.before
    if one.after is not ABSENT:
        shown["after"] = one.after
    return shown
