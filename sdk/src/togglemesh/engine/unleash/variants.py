"""Variants of Unleash: of the feature, or of a strategy, which come first."""

import json
from typing import Any

from togglemesh.engine.documents.place import Place
from togglemesh.engine.documents.variants import DISABLED
from togglemesh.engine.operators.numbers import number_of
from togglemesh.engine.unleash import reading

BOOLEAN = {"off": {"value": False}, "on": {"value": True}}


class Variants:
    """A feature without any variant decides to true or false; else to the variants' payloads."""

    def __init__(self, feature: Place, strategies: list[Place]) -> None:
        self._own = _variants(feature)
        groups = [self._own, *map(_variants, strategies)]
        self.boolean = not any(groups)
        self.documents: dict[str, Any] = dict(BOOLEAN)
        self.off = "off"
        if not self.boolean:
            self.off = DISABLED
            self.documents = {DISABLED: {"value": None}}
            for one in (one for group in groups for one in group):
                self.documents.setdefault(one["name"], {"value": value_of(one)})

    def split(self, feature: str, strategy: Place | None) -> dict[str, Any]:
        """The rule's fields that say which variant those get whom the strategy takes."""
        if self.boolean:
            return {"split": [{"variant": "on", "weight": 1}]}
        parameters = reading.parameters(strategy).value if strategy is not None else {}
        own = _variants(strategy) if strategy is not None else []
        if own:
            stickiness = own[0]["stickiness"] or parameters.get("stickiness")
            group = parameters.get("groupId")
            return self._split(own, stickiness, feature if group is None else str(group))
        stickiness = self._own[0]["stickiness"] if self._own else None
        return self._split(self._own, stickiness, feature) | {"lists": self._lists()}

    def _split(
        self, variants: list[dict[str, Any]], stickiness: str | None, group: str
    ) -> dict[str, Any]:
        parts = [self._part(one) | {"weight": _weight(one)} for one in variants]
        if not any(part["weight"] for part in parts):
            parts = [{"variant": DISABLED, "weight": 1}]
        return {
            "split": parts,
            "split_stickiness": str(stickiness or "default"),
            "split_group": group,
        }

    def _lists(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"override {number}",
                "field": override.field("contextName").text(),
                "ids": reading.values(override.field("values")),
                **self._part(one),
            }
            for one in self._own
            for number, override in enumerate(one["overrides"], start=1)
        ]

    def _part(self, variant: dict[str, Any]) -> dict[str, Any]:
        """Two strategies may each have a variant of one name with another payload."""
        value = value_of(variant)
        known = self.documents[variant["name"]]["value"]
        part = {"variant": variant["name"]}
        return part if known == value and type(known) is type(value) else part | {"value": value}


def _variants(place: Place) -> list[dict[str, Any]]:
    return [
        {
            "name": one.field("name").text(),
            "weight": one.value.get("weight"),
            "stickiness": reading.text(one.field("stickiness")),
            "payload": one.value.get("payload"),
            "overrides": reading.objects(one.field("overrides")),
        }
        for one in reading.objects(place.field("variants"))
    ]


def _weight(variant: dict[str, Any]) -> int:
    weight = variant.get("weight")
    return max(0, weight) if isinstance(weight, int) else 0


def value_of(variant: dict[str, Any]) -> Any:
    """The payload by its type; the text as it is when it is not what its type says."""
    payload = variant.get("payload")
    if not isinstance(payload, dict):
        return None
    text = payload.get("value")
    if payload.get("type") == "json" and isinstance(text, str):
        return _json(text)
    if payload.get("type") == "number" and isinstance(text, str):
        return _number(text)
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _number(text: str) -> int | float | str:
    number = number_of(text)
    if number is None or number in (float("inf"), float("-inf")):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
