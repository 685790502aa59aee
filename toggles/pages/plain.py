"""The exposures that a form can show: some segments whole, then a share of everyone. Pure.

Richer rules come by the API; the form says so rather than losing them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toggles.plain_rules import SHARE, segment_rule, share_rule


@dataclass(frozen=True, slots=True)
class PlainExposure:
    """Who gets `variant`: the segments, and a percentage (0 to 100) of everyone else."""

    segments: tuple[str, ...]
    percentage: int
    variant: str


def rules_of(plain: PlainExposure) -> list[dict[str, Any]]:
    """The rules of docs/wire.md, in the shape that rollouts write too."""
    rules = [segment_rule(key, plain.variant) for key in plain.segments]
    if plain.percentage:
        rules.append(share_rule(plain.percentage, plain.variant))
    return rules


def plain_of(rules: Sequence[Mapping[str, Any]], variant: str) -> PlainExposure | None:
    """The way back; None when the rules say more than a form can show."""
    if rules:
        variant = str(rules[0].get("split", [{"variant": variant}])[0].get("variant"))
    segments = tuple(key for rule in rules for key in rule.get("segments", []))
    share = sum(rule.get("percentage", 0) for rule in rules if rule.get("id") == SHARE)
    plain = PlainExposure(segments, share, variant)
    return plain if rules_of(plain) == [dict(rule) for rule in rules] else None
