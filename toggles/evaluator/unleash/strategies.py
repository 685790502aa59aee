"""From our rules to Unleash's strategies. Both are tried in order, and the first match counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toggles.evaluator.unleash.conditions import Conditions, say_conditions
from toggles.evaluator.unleash.constraints import Impossible, Said, context_name, inverted
from toggles.evaluator.unleash.payloads import is_plain, payload_of
from toggles.evaluator.unleash.segment_ids import SegmentIds
from toggles.evaluator.unleash.unsayable import Unsayable

Document = Mapping[str, Any]
CHANCE = frozenset({"default", "random"})


class Strategies:
    """The strategies of one stage of a feature. `refused` gathers what earlier rules, which give
    the off variant, keep from all later ones. `why` is set when something could not be said."""

    def __init__(
        self, feature: Document, segments: Mapping[str, Document], ids: SegmentIds
    ) -> None:
        self.feature, self.segments, self.ids = feature, segments, ids
        self.said: list[Said] = []
        self.refused: list[Said] = []
        self.why = ""

    def say(self, stage: Document) -> None:
        """Adds the stage's lists, rules and default, up to the first that cannot be said."""
        if self.feature.get("targeting") is not None:
            self.why = "JsonLogic"
            return
        rules = [*map(_rule_of_list, stage.get("lists", ())), *stage.get("rules", ())]
        fallback = stage.get("default_variant", self.feature["off_variant"])
        if fallback is not None and fallback != self.feature["off_variant"]:
            rules.append({"id": "default", "split": [{"variant": fallback, "weight": 1}]})
        for rule in rules:
            try:
                if self._say_rule(rule):
                    return
            except Unsayable as problem:
                self.why = f"rule {rule['id']!r}: {problem}"
                return

    def _say_rule(self, rule: Document) -> bool:
        """True when no later rule can be reached."""
        parts = [part for part in rule["split"] if part["weight"] > 0]
        variants = {part["variant"] for part in parts}
        if rule.get("percentage", 100) == 0:
            return False
        try:
            conditions = say_conditions(rule, self.segments)
        except Impossible:
            return False
        if rule.get("lists"):
            raise Unsayable("lists inside of a rule")
        if variants == {self.feature["off_variant"]}:
            return self._refuse(rule, conditions)
        if self.feature["off_variant"] in variants:
            raise Unsayable("a split that gives the off variant to some")
        self.said.append(self._strategy(rule, parts, conditions))
        return False

    def _refuse(self, rule: Document, conditions: Conditions) -> bool:
        if rule.get("percentage", 100) < 100 or rule.get("stickiness", "default") not in CHANCE:
            raise Unsayable("a share that gets the off variant")
        if not conditions.constraints and not conditions.segments:
            return True
        if len(conditions.constraints) != 1 or conditions.segments:
            raise Unsayable("several conditions, or a segment, for the off variant")
        self.refused.append(inverted(conditions.constraints[0]))
        return False

    def _strategy(self, rule: Document, parts: list[Document], conditions: Conditions) -> Said:
        share = rule.get("percentage", 100)
        return {
            "name": "flexibleRollout",
            "title": rule["id"],
            "parameters": {
                "rollout": str(share),
                "stickiness": context_name(rule.get("stickiness", "default")),
                "groupId": self._group(rule, share),
            },
            "constraints": [*self.refused, *conditions.constraints],
            "segments": [self.ids[key] for key in conditions.segments],
            "variants": [] if is_plain(self.feature) else self._variants(rule, parts),
        }

    def _group(self, rule: Document, share: int) -> str:
        """Unleash hashes the share and the split of a strategy with one group."""
        group: str = rule.get("group", self.feature["key"])
        of_split: str = rule.get("split_group", group)
        if of_split != group and share < 100 and len(rule["split"]) > 1:
            raise Unsayable("a split with another group than the share's")
        return of_split if share == 100 else group

    def _variants(self, rule: Document, parts: list[Document]) -> list[Said]:
        stickiness = rule.get("split_stickiness", rule.get("stickiness", "default"))
        return [
            {
                "name": part["variant"],
                "weight": part["weight"],
                "weightType": "variable",
                "stickiness": context_name(stickiness),
                **payload_of(_value(self.feature, part)),
            }
            for part in parts
        ]


def _value(feature: Document, part: Document) -> Any:
    return part["value"] if "value" in part else feature["variants"][part["variant"]]["value"]


def _rule_of_list(one: Document) -> Document:
    """A list gives one variant to those whose field is among the ids."""
    constraint = {"field": one.get("field", "userId"), "operator": "IN", "values": one["ids"]}
    part = {name: one[name] for name in ("variant", "value") if name in one}
    return {"id": one["id"], "constraints": [constraint], "split": [{**part, "weight": 1}]}
