"""The source that is generated for a feature."""

from typing import Any

import pytest
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import Engine, generate, shared_sets
from togglemesh.engine.shared_sets import shared_set

HOSTILE = "'''\"\"\"\n    import os; os._exit(3) #{x}%s\\"


def sources(
    monkeypatch: pytest.MonkeyPatch, *features: dict[str, Any], text: str = "x"
) -> list[str]:
    """The source of each feature, as it is handed to the compiler."""
    seen: list[str] = []
    make = generate._make

    def noted(source: str) -> Any:
        seen.append(source)
        return make(source)

    asked = segment("s", constraint(text, "IN", text))
    with monkeypatch.context() as patched:
        patched.setattr(generate, "_make", noted)
        Engine.from_snapshot(snapshot(*features, segments=(asked,)))
    return seen


def rich(text: str, percentage: int) -> dict[str, Any]:
    """A feature with the text wherever a text may stand."""
    one = rule(
        id=text,
        segments=["s"],
        constraints=[
            constraint(text, operator, text, case_insensitive=fold)
            for operator in ("IN", "NOT_IN", "STR_CONTAINS", "REGEX", "PRESENT")
            for fold in (False, True)
        ],
        when={"any": [constraint(text, "STR_STARTS_WITH", text)]},
        percentage=percentage,
        stickiness=text,
        group=text,
        split=[{"variant": "on", "weight": 2}, {"variant": "off", "weight": 1}],
    )
    lists = [{"id": text + "l", "field": text, "ids": [text], "variant": "on"}]
    return feature(rules=[one], lists=lists, metadata={text: text})


def test_generate__hostile_texts__never_get_into_the_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hostile = sources(monkeypatch, rich(HOSTILE, 37), text=HOSTILE)
    plain = sources(monkeypatch, rich("x", 73))
    assert len(hostile) == 1
    assert hostile == plain
    assert HOSTILE not in hostile[0]


def test_generate__hostile_texts__are_decided_with() -> None:
    engine = Engine.from_snapshot(
        snapshot(feature(rules=[rule(constraints=[constraint(HOSTILE, "IN", HOSTILE)])]))
    )
    assert engine.decide("new-checkout", {HOSTILE: HOSTILE}).variant == "on"


def test_generate__features_of_one_shape__share_one_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = feature("one", rules=[rule(percentage=10, constraints=[constraint("a", "IN", "b")])])
    two = feature("two", rules=[rule(percentage=90, constraints=[constraint("c", "IN", "d")])])
    assert len(set(sources(monkeypatch, one, two))) == 1


def test_decide__half_a_surrogate_pair__is_taken_by_the_careful_way() -> None:
    split = [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]
    engine = Engine.from_snapshot(snapshot(feature(rules=[rule(percentage=99, split=split)])))
    seen = {engine.decide("new-checkout", {"userId": f"\ud800{n}"}).reason for n in range(20)}
    assert "SPLIT" in seen


def test_shared_set__same_values__one_object_as_long_as_it_is_used() -> None:
    first = shared_set(["DE", "FR"])
    assert shared_set(("FR", "DE")) is first
    assert shared_set(["DE"]) == {"DE"}
    before = len(shared_sets._SHARED)
    del first
    assert len(shared_sets._SHARED) < before


def test_shared_set__another_one_with_the_same_hash__keeps_its_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = frozenset(["DE"])
    monkeypatch.setitem(shared_sets._SHARED, hash(frozenset(["FR"])), held)
    assert shared_set(["FR"]) == {"FR"}
