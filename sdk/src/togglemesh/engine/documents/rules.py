"""Checks of rules, lists and splits: all that a step of the schedule may replace."""

from collections.abc import Collection
from typing import Any

from togglemesh.engine.documents.conditions import check_condition, check_constraint
from togglemesh.engine.documents.place import Place
from togglemesh.engine.fields import text_of

RULE_FIELDS = (
    "id",
    "segments",
    "constraints",
    "when",
    "percentage",
    "stickiness",
    "group",
    "lists",
    "split",
    "split_stickiness",
    "split_group",
)
LIST_FIELDS = ("id", "field", "ids", "variant", "value")
GREATEST_WEIGHT = 1_000_000


class RulesCheck:
    """Knows the names that rules may use; `segments` None takes any."""

    def __init__(
        self, variants: Collection[str], segments: Collection[str] | None, *, strict: bool
    ) -> None:
        self.variants, self.segments, self.strict = variants, segments, strict

    def exposure(self, place: Place) -> None:
        """Rules and lists, each with an id of its own."""
        if place.value.get("default_variant") is not None:
            place.field("default_variant").one_of(self.variants, "one of the variants")
        seen: set[str] = set()
        for rule in place.field("rules", default=[]).items():
            self._rule(rule.object())
            _check_id(rule, seen)
        for lists in place.given("lists"):
            self._lists(lists, seen)

    def _rule(self, rule: Place) -> None:
        if self.strict:
            rule.known_fields(RULE_FIELDS)
        for segment in rule.field("segments", default=[]).items():
            if segment.text() and self.segments is not None:
                segment.one_of(self.segments, "a known segment")
        for constraint in rule.field("constraints", default=[]).items():
            check_constraint(constraint, strict=self.strict)
        if rule.value.get("when") is not None:
            check_condition(rule.field("when"), self.segments, strict=self.strict)
        rule.field("percentage", default=100).whole_number(0, 100)
        for name in rule.given("stickiness", "split_stickiness", "group", "split_group"):
            name.text()
        for lists in rule.given("lists"):
            self._lists(lists, set())
        self._split(rule.field("split"))

    def _lists(self, place: Place, seen: set[str]) -> None:
        for one in place.items():
            if self.strict:
                one.object().known_fields(LIST_FIELDS)
            one.object().field("variant").one_of(self.variants, "one of the variants")
            one.field("field", default="userId").text()
            for value in one.field("ids").items():
                if text_of(value.value) is None:
                    value.refuse_value("must be text, a number, true or false, and not empty")
            _check_id(one, seen)

    def _split(self, place: Place) -> None:
        total = 0
        for part in place.items():
            part.object().field("variant").one_of(self.variants, "one of the variants")
            total += part.field("weight").whole_number(0, GREATEST_WEIGHT)
        if total == 0:
            place.refuse("must have a weight above 0")


def _check_id(place: Place, seen: set[Any]) -> None:
    id_ = place.field("id").text()
    if id_ in seen:
        place.field("id").refuse_value("must differ from the ids of the rules before")
    seen.add(id_)
