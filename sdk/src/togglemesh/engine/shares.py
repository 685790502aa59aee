"""A rule's share and split compiled to functions: who is taken, and which variant they meet."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from togglemesh.engine.bucketing import share_bucket, split_point
from togglemesh.engine.constraints import Test
from togglemesh.engine.decision import Decision
from togglemesh.engine.fields import Context, Reader, first_of, reader

DEFAULT_STICKINESS = "default"

Choose = Callable[[Context], Decision]


def compile_share(feature: str, rule: Mapping[str, Any]) -> Test | None:
    """Whether the share takes a context; None when it takes all. A percentage of 0 takes none."""
    percentage, stickiness = rule.get("percentage", 100), _stickiness(rule)
    if stickiness == DEFAULT_STICKINESS:
        read = first_of(reader("userId"), reader("sessionId"))
        return None if percentage == 100 else _sticky_or_random(feature, read, percentage)
    return _sticky(feature, reader(stickiness), percentage)


def _sticky(feature: str, read: Reader, percentage: int) -> Test:
    def takes(context: Context) -> bool:
        id_ = read(context)
        return id_ is not None and share_bucket(feature, id_) <= percentage

    return takes


def _sticky_or_random(feature: str, read: Reader, percentage: int) -> Test:
    def takes(context: Context) -> bool:
        id_ = read(context)
        if id_ is None:
            return random.random() * 100 < percentage  # noqa: S311 - chance, not secrecy
        return share_bucket(feature, id_) <= percentage

    return takes


def compile_split(
    feature: str, rule: Mapping[str, Any], decisions: Mapping[str, Decision]
) -> Choose:
    """Which of the prepared decisions (by variant) a context gets."""
    weighted = [(part["weight"], decisions[part["variant"]]) for part in live_parts(rule)]
    if len(weighted) == 1:
        only = weighted[0][1]
        return lambda _context: only
    total = sum(weight for weight, _ in weighted)
    read = _split_reader(rule)

    def choose(context: Context) -> Decision:
        id_ = read(context)
        if id_ is None:
            return _walk(weighted, random.randint(1, total))  # noqa: S311 - chance, not secrecy
        return _walk(weighted, split_point(feature, id_, total))

    return choose


def live_parts(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of the split that anyone can fall into."""
    return [part for part in rule["split"] if part["weight"] > 0]


def _split_reader(rule: Mapping[str, Any]) -> Reader:
    stickiness = _stickiness(rule)
    if stickiness == DEFAULT_STICKINESS:
        return first_of(reader("userId"), reader("sessionId"), reader("remoteAddress"))
    return reader(stickiness)


def _stickiness(rule: Mapping[str, Any]) -> str:
    return str(rule.get("stickiness", DEFAULT_STICKINESS))


def _walk(weighted: list[tuple[int, Decision]], point: int) -> Decision:
    for weight, decision in weighted:
        point -= weight
        if point <= 0:
            return decision
    return weighted[-1][1]
