"""Explains a decision by walking the plan that its code was generated from.

What it decides is what `decide` decides, but where chance decides: each draws its own lots.
"""

import math
from collections.abc import Mapping
from typing import Any

from togglemesh.engine.careful import chosen, place_in_share
from togglemesh.engine.compile import CompiledFeature
from togglemesh.engine.conditions import AllOf, AnyOf, Condition, Not, Unknown
from togglemesh.engine.constraints import Constraint
from togglemesh.engine.decision import Decision
from togglemesh.engine.explanation import (
    Explanation,
    Looked,
    LookedAtList,
    LookedAtPrerequisite,
    LookedAtRule,
    LookedAtShare,
)
from togglemesh.engine.fields import Context, reader
from togglemesh.engine.flagd.logic import Node
from togglemesh.engine.flagd.values import truth
from togglemesh.engine.plan import IdList, Plan, Prerequisite, Rule, Share, Stage
from togglemesh.engine.prerequisites import Network, decide_with_prerequisites, is_met
from togglemesh.engine.schedule import stage_at

GREATEST_DEPTH = 20  # of prerequisites' prerequisites; further ones are decided, not explained


def explain(network: Network, feature: CompiledFeature, context: Context) -> Explanation:
    """The explanation of a feature's decision for a context, which must be a dict."""
    return _Walk(network, context).explain(feature, GREATEST_DEPTH)


class _Walk:
    """Explains each feature once, however many require it."""

    def __init__(self, network: Network, context: Context) -> None:
        self.network, self.context = network, context
        self.known: dict[str, Explanation] = {}

    def explain(self, feature: CompiledFeature, depth: int) -> Explanation:
        key = feature.plan.key
        if key not in self.known:
            self.known[key] = self._explain(feature, depth)
        return self.known[key]

    def _explain(self, feature: CompiledFeature, depth: int) -> Explanation:
        plan = feature.plan
        stage = _stage_of(plan, self.context)
        if not stage.enabled:
            return Explanation(stage.disabled, False, stage.since, (), (), ())
        required = tuple(self._prerequisite(plan.key, one, depth) for one in plan.prerequisites)
        if not all(one.held for one in required):
            return Explanation(plan.unmet, True, stage.since, required, (), ())
        return _stage(stage, required, self.context)

    def _prerequisite(self, key: str, one: Prerequisite, depth: int) -> LookedAtPrerequisite:
        wanted = _wanted(one)
        parent = self.network.compiled.get(one.feature)
        if parent is None or key in self.network.cyclic:
            seen = "unknown" if parent is None else "part of, or leads into, a circle"
            return LookedAtPrerequisite(one.feature, wanted, seen, False, None)
        deeper = self.explain(parent, depth - 1) if depth > 0 else None
        if deeper is None:
            decision = decide_with_prerequisites(self.network, parent, self.context)
        else:
            decision = deeper.decision
        held = is_met(self.network, one, decision)
        return LookedAtPrerequisite(one.feature, wanted, repr(decision.variant), held, deeper)


def _wanted(one: Prerequisite) -> str:
    if not one.enabled:
        return "off"
    if one.variants is None:
        return "on"
    return f"on with {' or '.join(map(repr, sorted(one.variants)))}"


def _stage_of(plan: Plan, context: Context) -> Stage:
    moments = [one.since for one in plan.stages if one.since is not None]
    return plan.stages[stage_at(moments, context) if moments else 0]


def _stage(
    stage: Stage, required: tuple[LookedAtPrerequisite, ...], context: Context
) -> Explanation:
    lists, listed = _lists(stage.lists, context)
    if listed is not None:
        return Explanation(listed, True, stage.since, required, lists, ())
    if stage.targeting is not None:
        decision = stage.targeting.decider()(context)
        tree = _node(stage.targeting.node, context)
        return Explanation(decision, True, stage.since, required, lists, (), tree)
    rules: list[LookedAtRule] = []
    decision = stage.otherwise
    for rule in stage.rules:
        looked, found = _rule(rule, context)
        rules.append(looked)
        if found is not None:
            decision = found
            break
    return Explanation(decision, True, stage.since, required, lists, tuple(rules))


def _lists(
    lists: tuple[IdList, ...], context: Context
) -> tuple[tuple[LookedAtList, ...], Decision | None]:
    looked: list[LookedAtList] = []
    for one in lists:
        seen = one.read(context)
        held = seen in one.ids
        looked.append(LookedAtList(one.id, one.field, seen, held, one.decision.variant))
        if held:
            return tuple(looked), one.decision
    return tuple(looked), None


def _rule(rule: Rule, context: Context) -> tuple[LookedAtRule, Decision | None]:
    conditions = tuple(look(condition, context) for condition in rule.conditions)
    taken = rule.matchable and all(one.held for one in conditions)
    share = _share(rule.share, context) if rule.share is not None and _holds(conditions) else None
    if not taken or (share is not None and not share.held):
        return LookedAtRule(rule.id, conditions, share, (), False, None), None
    lists, decision = _lists(rule.lists, context)
    decision = decision or chosen(rule.split, context)
    looked = LookedAtRule(rule.id, conditions, share, lists, True, decision.variant)
    return looked, decision


def _holds(conditions: tuple[Looked, ...]) -> bool:
    return all(one.held for one in conditions)


def _share(share: Share, context: Context) -> LookedAtShare:
    id_ = share.sticky.read(context)
    place: float | None = place_in_share(share, context)
    held = place is not None and place <= share.percentage and share.percentage > 0
    if id_ is None and not share.sticky.chance:
        place = None
    return LookedAtShare(share.percentage, share.sticky.name, share.group, id_, place, held)


def look(condition: Condition, context: Context) -> Looked:
    """The condition with all its parts, looked at one by one."""
    match condition:
        case AllOf():
            parts = tuple(look(part, context) for part in condition.parts)
            return _joined(condition.segment, "all", parts, all(part.held for part in parts))
        case AnyOf():
            parts = tuple(look(part, context) for part in condition.parts)
            return _joined(None, "any", parts, any(part.held for part in parts))
        case Not():
            part = look(condition.part, context)
            return Looked("not", "not", None, not part.held, (part,))
        case Unknown():
            asked = f"{condition.what} is unknown to this version: the rule matches nobody"
            return Looked("unknown", asked, None, False)
    return _constraint(condition, context)


def _joined(segment: str | None, word: str, parts: tuple[Looked, ...], held: bool) -> Looked:
    if segment is not None:
        return Looked("segment", f"segment {segment!r}", None, held, parts)
    return Looked(word, f"{word} of", None, held, parts)


def _constraint(constraint: Constraint, context: Context) -> Looked:
    negated = "not " if constraint.inverted else ""
    folded = ", ignoring case" if constraint.folds else ""
    values = ", ".join(constraint.values)
    asked = f"{constraint.field} {negated}{constraint.operator} {values}".rstrip() + folded
    return Looked("constraint", asked, _seen(constraint.field, context), constraint.test(context))


def _seen(field: str, context: Context) -> Any:
    """The text of the field, or the value itself where it has none, as a list."""
    text = reader(field)(context)
    if text is not None:
        return text
    properties = context.get("properties")
    value = context.get(field)
    if value is None and isinstance(properties, Mapping):
        value = properties.get(field)
    return None if value == "" else value


def _node(node: Node, context: Context) -> Looked:
    parts = tuple(_node(part, context) for part in node.parts)
    value = node.run(context)
    shown = None if isinstance(value, float) and math.isnan(value) else value
    return Looked("operation", node.name, shown, truth(value), parts)
