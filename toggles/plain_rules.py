"""The two rules that forms and rollouts write: a segment whole, and a share of everyone. Pure.

A form and a rollout each know what the other wrote by comparing whole rules, so both take the shape
from here (docs/wire.md has its meaning).
"""

from __future__ import annotations

from typing import Any

Rule = dict[str, Any]
SHARE = "share"  # the id of the share's rule


def segment_rule(segment: str, variant: str) -> Rule:
    """Everyone in the segment gets the variant; the rule is named for the segment."""
    return _rule(segment, [segment], 100, variant)


def share_rule(percentage: int, variant: str) -> Rule:
    """A percentage of everyone gets the variant."""
    return _rule(SHARE, [], percentage, variant)


def _rule(name: str, segments: list[str], percentage: int, variant: str) -> Rule:
    return {
        "id": name,
        "segments": segments,
        "constraints": [],
        "percentage": percentage,
        "stickiness": "default",
        "split": [{"variant": variant, "weight": 1}],
    }
