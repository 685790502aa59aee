"""From a checked document to its plan."""

from collections.abc import Callable, Mapping
from typing import Any

from togglemesh.engine.conditions import Segments, is_known, rule_conditions
from togglemesh.engine.decision import Decision, Reason
from togglemesh.engine.flagd.targeting import Targeting, plan_targeting
from togglemesh.engine.operators.dates import seconds_of
from togglemesh.engine.plan import IdList, Plan, Prerequisite, Rule, Share, Stage
from togglemesh.engine.shares import live_parts, plan_lists, plan_share, plan_split

Document = Mapping[str, Any]

# What a step of the schedule may replace.
SCHEDULED = ("enabled", "lists", "rules", "default_variant")


def plan_feature(document: Document, segments: Segments, *, outcome: bool = False) -> Plan:
    """The plan. With `outcome`, `Decision.enabled` says whether the feature is on for the
    context, as in Unleash; else whether its toggle is on.
    """
    stages = tuple(
        _stage(since, staged, segments, outcome=outcome) for since, staged in _staged(document)
    )
    return Plan(
        document["key"],
        tuple(_prerequisite(one) for one in document.get("prerequisites", ())),
        _off(document, Reason.DEFAULT, enabled=document["enabled"] and not outcome),
        stages,
        outcome,
    )


def _staged(document: Document) -> list[tuple[float | None, Document]]:
    """The document as it is from each moment on; later steps build upon the earlier."""
    staged: list[tuple[float | None, Document]] = [(None, document)]
    steps = [(seconds_of(step["at"]) or 0.0, step) for step in document.get("schedule", ())]
    for since, step in sorted(steps, key=lambda pair: pair[0]):
        changed = {name: step[name] for name in SCHEDULED if name in step}
        staged.append((since, {**staged[-1][1], **changed}))
    return staged


def _stage(since: float | None, document: Document, segments: Segments, *, outcome: bool) -> Stage:
    rules = document.get("rules", ())
    fallback = document.get("default_variant", document["off_variant"])
    otherwise = _decision(document, fallback, Reason.DEFAULT, enabled=not outcome)
    return Stage(
        since,
        document["enabled"],
        _feature_lists(document),
        tuple(_rule(document, rule, segments) for rule in rules),
        _off(document, Reason.DISABLED, enabled=False),
        otherwise,
        _targeting(document, otherwise),
    )


def _targeting(document: Document, otherwise: Decision) -> Targeting | None:
    if document.get("targeting") is None:
        return None
    decide = deciding(document, Reason.TARGETING_MATCH, rule="targeting")
    broken = _decision(document, None, Reason.ERROR, enabled=True)
    decisions = {name: decide(name) for name in document["variants"]}
    return plan_targeting(document, decisions, otherwise, broken)


def _feature_lists(document: Document) -> tuple[IdList, ...]:
    return tuple(
        planned
        for one in document.get("lists", ())
        for planned in plan_lists([one], deciding(document, Reason.TARGETING_MATCH, rule=one["id"]))
    )


def _rule(document: Document, rule: Document, segments: Segments) -> Rule:
    conditions = rule_conditions(rule, segments)
    share = plan_share(document["key"], rule)
    decisions = deciding(document, _reason(rule, conditions, share), rule=rule["id"])
    listed = deciding(document, Reason.TARGETING_MATCH, rule=rule["id"])
    return Rule(
        rule["id"],
        conditions,
        share,
        plan_lists(rule.get("lists", ()), listed),
        plan_split(document["key"], rule, decisions),
        matchable=all(map(is_known, conditions)) and rule.get("percentage", 100) > 0,
    )


def _reason(rule: Document, conditions: tuple[Any, ...], share: Share | None) -> Reason:
    if rule.get("percentage", 100) < 100 or len(live_parts(rule)) > 1:
        return Reason.SPLIT
    return Reason.TARGETING_MATCH if conditions or share is not None else Reason.STATIC


def _prerequisite(one: Document) -> Prerequisite:
    variants = one.get("variants")
    return Prerequisite(
        one["feature"],
        one.get("enabled", True),
        frozenset(variants) if variants else None,
    )


def deciding(
    document: Document, reason: Reason, rule: str | None = None
) -> Callable[[str], Decision]:
    """Makes the decision of a variant."""
    enabled = document["enabled"]
    return lambda variant: _decision(document, variant, reason, enabled=enabled, rule=rule)


def _off(document: Document, reason: Reason, *, enabled: bool) -> Decision:
    return _decision(document, document["off_variant"], reason, enabled=enabled)


def _decision(
    document: Document,
    variant: str | None,
    reason: Reason,
    *,
    enabled: bool,
    rule: str | None = None,
) -> Decision:
    return Decision(
        key=document["key"],
        variant=variant,
        value=None if variant is None else document["variants"][variant]["value"],
        enabled=enabled,
        reason=reason.value,
        rule=rule,
        revision=document.get("revision"),
        metadata=document.get("metadata"),
    )
