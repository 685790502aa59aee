"""Decides a stage by walking its plan: slower than the generated code, and takes any text.

It stands in where an id has no UTF-8, and it is what explanations are held against.
"""

from random import random

from togglemesh.engine.bucketing import pick, share_bucket, split_point
from togglemesh.engine.conditions import holds
from togglemesh.engine.decision import Decision
from togglemesh.engine.fields import Context
from togglemesh.engine.plan import IdList, Rule, Share, Split, Stage


def decide_stage(stage: Stage, context: Context) -> Decision:
    """The decision of an enabled stage with rules."""
    listed = first_listed(stage.lists, context)
    if listed is not None:
        return listed.decision
    for rule in stage.rules:
        if rule.matchable and rule_takes(rule, context):
            inner = first_listed(rule.lists, context)
            return inner.decision if inner is not None else chosen(rule.split, context)
    return stage.otherwise


def first_listed(lists: tuple[IdList, ...], context: Context) -> IdList | None:
    """The first list that has the context's id."""
    return next((one for one in lists if one.read(context) in one.ids), None)


def rule_takes(rule: Rule, context: Context) -> bool:
    if not all(holds(condition, context) for condition in rule.conditions):
        return False
    return rule.share is None or place_in_share(rule.share, context) <= rule.share.percentage


def place_in_share(share: Share, context: Context) -> float:
    """The place among 1 to 100; beyond 100 for whom a named field that is absent leaves out."""
    id_ = share.sticky.read(context)
    if id_ is not None:
        return share_bucket(share.group, id_)
    # Chance gives less than 100, and exactly 0 only to be taken by any share above 0.
    return random() * 100 if share.sticky.chance else 101  # noqa: S311 - chance, not secrecy


def chosen(split: Split, context: Context) -> Decision:
    total = split.bounds[-1]
    id_ = split.sticky.read(context) if len(split.decisions) > 1 else None
    point = _chance(total) if id_ is None else split_point(split.group, id_, total) - 1
    return split.decisions[pick(split.bounds, point)]


def _chance(total: int) -> int:
    return int(random() * total)  # noqa: S311 - chance, not secrecy
