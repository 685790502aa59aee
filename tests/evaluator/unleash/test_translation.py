"""Our documents in Unleash's words: its own engine decides from them as ours does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from yggdrasil_engine.engine import UnleashEngine

from tests.clients.generated import contexts, snapshot
from togglemesh.engine import Engine
from toggles.evaluator.unleash.state import UnleashState

ON = {"off": {"value": False}, "on": {"value": True}}
COLOURS = {"off": {"value": ""}, "red": {"value": "r"}, "blue": {"value": "b"}}
SEGMENTS = {"beta": {"key": "beta", "constraints": [
    {"field": "plan", "operator": "IN", "values": ["pro"]}]}}  # fmt: skip


def rule(name: str = "r", variant: str = "on", **more: Any) -> dict[str, Any]:
    return {"id": name, "split": [{"variant": variant, "weight": 1}], **more}


def feature(key: str = "f", **more: Any) -> dict[str, Any]:
    made = {"key": key, "enabled": True, "variants": ON, "off_variant": "off", "rules": [rule()]}
    return {**made, **more}


def world(*features: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": 1,
        "environment": "production",
        "number": 1,
        "segments": SEGMENTS,
        "features": {one["key"]: one for one in features},
    }


def unleash(state: UnleashState) -> UnleashEngine:
    engine = UnleashEngine()
    said = {"version": 2, "features": state.all_features(), "segments": state.all_segments()}
    engine.take_state(json.dumps(said))
    return engine


def is_on(engine: UnleashEngine, key: str, context: dict[str, Any]) -> bool:
    return bool(engine.is_enabled(key, context).is_enabled)


def test_translation__hundreds_of_features__unleash_decides_as_we_do() -> None:
    document = snapshot(seed=1)
    ours, theirs = Engine.from_snapshot(document), unleash(UnleashState(document))
    given: set[str] = set()
    for context in contexts(seed=2):
        for key, decision in ours.decide_all(context).items():
            on = decision.variant != "off"
            assert is_on(theirs, key, context) is on, (key, context)
            plain = document["features"][key]["variants"] == ON
            variant = theirs.get_variant(key, context).variant
            expected = "disabled" if plain or not on else decision.variant
            assert (variant.name if variant else "disabled") == expected, (key, context)
            given.add(str(decision.variant))
    assert given == {"off", "on", "red", "blue", "few", "many", "a", "b"}


def test_translation__inlined__has_constraints_in_the_segments_place() -> None:
    state = UnleashState(world(feature(rules=[rule(segments=["beta"])])))
    (strategy,) = state.inlined(state.features["f"])["strategies"]
    assert strategy["constraints"][0]["values"] == ["pro"]
    assert "segments" not in strategy
    assert state.features["f"]["strategies"][0]["segments"] == [state.segments["beta"]["id"]]


@pytest.mark.parametrize(
    ("rules", "context", "on"),
    [
        ([rule("no", "off", constraints=[{"field": "plan", "operator": "IN", "values": ["pro"]}]),
          rule()], {"properties": {"plan": "pro"}}, False),
        ([rule("no", "off", constraints=[{"field": "plan", "operator": "IN", "values": ["pro"]}]),
          rule()], {"properties": {"plan": "free"}}, True),
        ([rule("no", "off"), rule()], {}, False),
        ([rule(segments=["no-such-segment"])], {}, False),
        ([rule(when={"not": {"field": "plan", "operator": "IN", "values": ["pro"]}})],
         {"properties": {"plan": "free"}}, True),
        ([], {}, False),
    ],
)  # fmt: skip
def test_translation__rule_for_the_off_variant_or_nobody__kept_from_later_rules(
    rules: list[dict[str, Any]], context: dict[str, Any], on: bool
) -> None:
    state = UnleashState(world(feature(rules=rules)))
    assert is_on(unleash(state), "f", context) is on
    assert state.features["f"]["description"] == ""


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (feature(rules=[rule(when={"any": [{"not": {"all": []}}]})]), "nested conditions"),
        (feature(rules=[rule(constraints=[{"field": "p", "operator": "PRESENT", "values": []}])]),
         "PRESENT"),
        (feature(rules=[rule(constraints=[{"field": "p", "operator": "IN", "values": ["a"],
                                           "case_insensitive": True}])]), "case"),
        (feature(rules=[rule(constraints=[
            {"field": "p", "operator": "NUM_GT", "values": [1, 2]}])]), "2 values"),
        (feature(rules=[{**rule(), "split": [{"variant": "on", "weight": 1},
                                             {"variant": "off", "weight": 1}]}]), "off variant"),
        (feature(prerequisites=[{"feature": "child"}]), "that has prerequisites itself"),
    ],
)  # fmt: skip
def test_translation__what_unleash_cannot_say__on_for_nobody_with_a_warning(
    document: dict[str, Any], why: str
) -> None:
    others = [feature("child", prerequisites=[{"feature": "parent"}]), feature("parent")]
    state = UnleashState(world(document, *others))
    assert why in state.features["f"]["description"]
    assert is_on(unleash(state), "f", {"userId": "u", "properties": {"p": "a"}}) is False


def test_translation__prerequisite_of_one_level__is_a_dependency() -> None:
    colours = feature("p", variants=COLOURS, rules=[rule(variant="red")])
    for wanted, on in ((["red"], True), (["blue"], False)):
        child = feature(prerequisites=[{"feature": "p", "variants": wanted}])
        state = UnleashState(world(child, colours))
        assert is_on(unleash(state), "f", {"userId": "u"}) is on


def test_translation__disabled_variant_of_a_plain_prerequisite__is_met_when_it_is_on() -> None:
    for rules, on in (([rule()], True), ([], False)):
        child = feature(prerequisites=[{"feature": "p", "variants": ["disabled"]}])
        state = UnleashState(world(child, feature("p", rules=rules)))
        assert is_on(unleash(state), "f", {"userId": "u"}) is on


def test_translation__scheduled_change__holds_from_its_moment_on() -> None:
    state = UnleashState(world(feature(schedule=[{"at": "2030-01-01T00:00:00Z", "rules": []}])))
    for now, on in (("2029-12-31T23:59:59.000Z", True), ("2030-01-01T00:00:00.000Z", False)):
        assert is_on(unleash(state), "f", {"currentTime": now}) is on
