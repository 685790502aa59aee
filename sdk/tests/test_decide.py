"""Decisions: rules in order, shares, splits, and the reason that is given."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import Decision, Engine

BETA = segment("beta-users", constraint("group", "IN", "beta"))


def engine_of(*features: dict[str, Any]) -> Engine:
    return Engine.from_snapshot(snapshot(*features, segments=(BETA,)))


def test_decide__example_of_the_wire_format__decides_as_written() -> None:
    engine = engine_of(
        feature(
            rules=[
                rule(id="beta-users", segments=["beta-users"]),
                rule(id="share", percentage=10),
            ]
        )
    )
    assert engine.decide("new-checkout", {"userId": "u", "group": "beta"}) == Decision(
        "new-checkout", "on", True, True, "TARGETING_MATCH", "beta-users", 7
    )
    shares = Counter(
        engine.decide("new-checkout", {"userId": f"u{n}"}).reason for n in range(5_000)
    )
    assert 400 < shares["SPLIT"] < 600
    assert shares["DEFAULT"] == 5_000 - shares["SPLIT"]


@pytest.mark.parametrize(
    ("changed", "reason", "variant"),
    [
        ({"enabled": False}, "DISABLED", "off"),
        ({"rules": []}, "DEFAULT", "off"),
        ({"rules": [rule(segments=["unknown"])]}, "DEFAULT", "off"),
        ({"rules": [rule(percentage=0)]}, "DEFAULT", "off"),
        ({"rules": [rule()]}, "STATIC", "on"),
        ({"rules": [rule(constraints=[constraint("n", "NOT_IN", "x")])]}, "TARGETING_MATCH", "on"),
        ({"rules": [rule(stickiness="tenant")]}, "TARGETING_MATCH", "on"),
        ({"rules": [rule(percentage=99)]}, "SPLIT", "on"),
        (
            {
                "rules": [
                    rule(split=[{"variant": "on", "weight": 1}, {"variant": "off", "weight": 0}])
                ]
            },
            "STATIC",
            "on",
        ),
    ],
)
def test_decide__each_way_out__tells_its_reason(
    changed: dict[str, Any], reason: str, variant: str
) -> None:
    decision = engine_of(feature(**changed)).decide("new-checkout", {"userId": "u1", "tenant": "t"})
    assert (decision.reason, decision.variant) == (reason, variant)
    assert decision.revision == 7


def test_decide__unknown_feature__gives_the_default() -> None:
    decision = engine_of(feature()).decide("unheard-of", {}, default="mine")
    assert decision == Decision("unheard-of", None, "mine", False, "NOT_FOUND")


def test_decide__share_leaves_context_out__next_rule_is_tried() -> None:
    engine = engine_of(feature(rules=[rule(id="none", percentage=1), rule(id="rest")]))
    rules = {engine.decide("new-checkout", {"userId": f"u{n}"}).rule for n in range(500)}
    assert rules == {"none", "rest"}


def test_decide__named_stickiness_absent__leaves_the_context_out() -> None:
    engine = engine_of(feature(rules=[rule(stickiness="tenant")]))
    assert engine.decide("new-checkout", {"userId": "u"}).variant == "off"
    assert engine.decide("new-checkout", {"tenant": "t"}).variant == "on"


def test_decide__stickiness_default__takes_user_before_session() -> None:
    engine = engine_of(feature(rules=[rule(percentage=50)]))
    for n in range(200):
        alone = engine.decide("new-checkout", {"userId": f"u{n}"}).variant
        both = engine.decide("new-checkout", {"userId": f"u{n}", "sessionId": f"s{n}"}).variant
        session = engine.decide("new-checkout", {"sessionId": f"u{n}"}).variant
        assert alone == both == session


def test_decide__no_identity__draws_by_chance() -> None:
    engine = engine_of(feature(rules=[rule(percentage=50)]))
    taken = sum(engine.decide("new-checkout", {}).variant == "on" for _ in range(4_000))
    assert 1_700 < taken < 2_300


def test_decide__split__follows_the_weights() -> None:
    split = [{"variant": "off", "weight": 1}, {"variant": "on", "weight": 3}]
    engine = engine_of(feature(rules=[rule(split=split)]))
    decisions = [engine.decide("new-checkout", {"userId": f"u{n}"}) for n in range(4_000)]
    assert 2_800 < sum(d.variant == "on" for d in decisions) < 3_200
    assert {d.reason for d in decisions} == {"SPLIT"}


def test_decide__split_without_user__asks_the_remote_address() -> None:
    split = [{"variant": "off", "weight": 1}, {"variant": "on", "weight": 1}]
    engine = engine_of(feature(rules=[rule(split=split)]))
    for n in range(50):
        by_address = {
            engine.decide("new-checkout", {"remoteAddress": f"10.0.0.{n}"}).variant
            for _ in range(20)
        }
        assert len(by_address) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (7, "7"),
        (7.0, "7"),
        (True, "true"),
        (UUID(int=5), "00000000-0000-0000-0000-000000000005"),
    ],
)
def test_decide__id_of_another_type__counts_as_its_text(one: Any, other: str) -> None:
    split = [{"variant": str(n), "weight": 1} for n in range(10)]
    variants = {str(n): {"value": n} for n in range(10)} | {"off": {"value": None}}
    engine = engine_of(feature(variants=variants, rules=[rule(split=split)]))
    decided = {engine.decide("new-checkout", {"userId": id_}).variant for id_ in (one, other)}
    assert len(decided) == 1


def test_decide_all__several_features__decides_each() -> None:
    engine = engine_of(feature("one"), feature("two", enabled=False))
    assert {k: d.variant for k, d in engine.decide_all({}).items()} == {"one": "on", "two": "off"}


def test_decide_all_carried__only_some_travel__leaves_the_others_out() -> None:
    engine = engine_of(feature("b", carried=True), feature("a", carried=True), feature("c"))
    assert list(engine.decide_all_carried({})) == ["a", "b"]
    assert engine.carried == ("a", "b")


def test_decide_carried__variant_known__is_honoured_though_the_toggle_is_off() -> None:
    engine = engine_of(feature(enabled=False))
    decision = engine.decide_carried("new-checkout", "on")
    assert decision is not None
    assert (decision.value, decision.reason) == (True, "CARRIED")
    assert engine.decide_carried("new-checkout", "blue") is None
    assert engine.decide_carried("unheard-of", "on") is None
