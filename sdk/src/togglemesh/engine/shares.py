"""A rule's share, split and lists, planned: who is taken, and which variant they meet."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

from togglemesh.engine.decision import Decision
from togglemesh.engine.fields import first_of, nobody, reader, text_of
from togglemesh.engine.plan import IdList, Share, Split, Sticky

DEFAULT_STICKINESS = "default"
RANDOM_STICKINESS = "random"

Decisions = Callable[[str], Decision]


def plan_share(feature: str, rule: Mapping[str, Any]) -> Share | None:
    """Whom the share takes; None when it takes all."""
    percentage = rule.get("percentage", 100)
    sticky = _sticky(rule.get("stickiness", DEFAULT_STICKINESS), ("userId", "sessionId"))
    if percentage == 100 and sticky.chance:
        return None
    return Share(rule.get("group", feature), percentage, sticky)


def plan_split(feature: str, rule: Mapping[str, Any], decisions: Decisions) -> Split:
    """Which of the decisions (made by variant) a context gets."""
    parts = live_parts(rule)
    stickiness = rule.get("split_stickiness", rule.get("stickiness", DEFAULT_STICKINESS))
    return Split(
        rule.get("split_group", rule.get("group", feature)),
        tuple(accumulate(part["weight"] for part in parts)),
        tuple(own_value(part, decisions) for part in parts),
        _split_sticky(stickiness),
    )


def plan_lists(lists: Any, decisions: Decisions) -> tuple[IdList, ...]:
    """The lists in order; what they decide names the list as its rule, unless inside of one."""
    return tuple(_plan_list(one, decisions) for one in lists)


def live_parts(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of the split that anyone can fall into."""
    return [part for part in rule["split"] if part["weight"] > 0]


def own_value(part: Mapping[str, Any], decisions: Decisions) -> Decision:
    """The decision of the part's variant, with the part's own value where it has one."""
    decision = decisions(part["variant"])
    return decision.with_value(part["value"]) if "value" in part else decision


def _plan_list(one: Mapping[str, Any], decisions: Decisions) -> IdList:
    field = one.get("field", "userId")
    texts = (text_of(value) for value in one["ids"])
    ids = frozenset(text for text in texts if text is not None)
    return IdList(one["id"], field, reader(field), ids, own_value(one, decisions))


@lru_cache(maxsize=1024)
def _sticky(name: str, default: tuple[str, ...]) -> Sticky:
    if name == RANDOM_STICKINESS:
        return Sticky(name, (), nobody, chance=True)
    if name == DEFAULT_STICKINESS:
        return Sticky(name, default, first_of(*map(reader, default)), chance=True)
    return Sticky(name, (name,), reader(name), chance=False)


@lru_cache(maxsize=1024)
def _split_sticky(name: str) -> Sticky:
    sticky = _sticky(name, ("userId", "sessionId", "remoteAddress"))
    return Sticky(sticky.name, sticky.fields, sticky.read, chance=True)
