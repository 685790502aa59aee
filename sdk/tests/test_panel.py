"""Features decided together decide as each of them does alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_documents import engine_of, features
from test_engine_properties import contexts
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import Decision, Engine, careful, generate


@pytest.fixture(autouse=True, scope="module")
def _no_chance() -> Iterator[None]:
    """Who has no id falls where chance wants; here always to the same place."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(generate._NAMES, "random", lambda: 0.37)
        patched.setattr(careful, "random", lambda: 0.37)
        yield


def together(engine: Engine, context: Any) -> dict[str, Decision]:
    panel = engine.panel(sorted(engine.features), lambda decision: decision)
    return {one.key: one for one in [*panel.settled, *panel.decide(context)]}


@settings(max_examples=300, deadline=None)
@given(st.lists(features, max_size=4, unique_by=lambda one: one["key"]), contexts)
def test_panel__any_features_and_context__decides_as_each_alone(
    some: list[dict[str, Any]], context: Any
) -> None:
    engine = engine_of(some)
    assert together(engine, context) == engine.decide_all(context)


@pytest.mark.parametrize("id_", ["ada", "", None, 7, "\ud800", "é"])
@pytest.mark.parametrize("where", ["userId", "targetingKey", "sessionId", "properties"])
def test_panel__id_of_any_kind__decides_as_each_alone(id_: Any, where: str) -> None:
    split = [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]
    engine = Engine.from_snapshot(
        snapshot(
            feature("default", rules=[rule(percentage=50, split=split)]),
            feature("named", rules=[rule(percentage=50, stickiness="userId")]),
            feature("asked", rules=[rule(constraints=[constraint("userId", "IN", "ada", "é")])]),
            feature("listed", lists=[{"id": "l", "ids": ["ada"], "variant": "on"}]),
            feature("grouped", rules=[rule(percentage=50, group="\ud800")]),
        )
    )
    context = {"properties": {"userId": id_}} if where == "properties" else {where: id_}
    assert together(engine, context) == engine.decide_all(context)


def test_panel__features_that_nobody_can_fall_out_of__are_settled() -> None:
    engine = Engine.from_snapshot(
        snapshot(
            feature("all", rules=[rule()]),
            feature("off", enabled=False),
            feature("half", rules=[rule(percentage=50)]),
        )
    )
    panel = engine.panel(["all", "off", "half", "none"], lambda decision: decision)
    assert [one.key for one in panel.settled] == ["all", "off", "none"]
    assert [one.reason for one in panel.settled] == ["STATIC", "DISABLED", "NOT_FOUND"]
    assert [one.key for one in panel.decide({})] == ["half"]


def test_panel__after_a_change__says_only_what_changed_anew() -> None:
    said: list[str] = []

    def say(decision: Decision) -> str | None:
        said.append(decision.key)
        return decision.variant

    halves = [feature(key, rules=[rule(percentage=50)]) for key in ("one", "two")]
    engine = Engine.from_snapshot(snapshot(*halves))
    panel = engine.panel(["one", "two"], say)
    said.clear()
    whole = feature("two", rules=[rule(percentage=100, stickiness="userId")])
    engine.apply({"number": engine.number + 1, "kind": "feature", "key": "two", "document": whole})
    panel = engine.panel(["one", "two"], say, panel)
    assert set(said) == {"two"}
    assert panel.decide({"userId": "ada"})[1] == "on"


def test_panel__segment_changed__decides_by_the_new_one() -> None:
    asked = rule(segments=["s"])
    one = segment("s", constraint("plan", "IN", "pro"))
    engine = Engine.from_snapshot(snapshot(feature("f", rules=[asked]), segments=(one,)))
    before = engine.panel(["f"], lambda decision: decision.variant)
    assert before.decide({"plan": "free"}) == ["off"]
    other = segment("s", constraint("plan", "IN", "free"))
    number = engine.number + 1
    engine.apply({"number": number, "kind": "segment", "key": "s", "document": other})
    after = engine.panel(["f"], lambda decision: decision.variant, before)
    assert after.decide({"plan": "free"}) == ["on"]
