"""Features that require others."""

from typing import Any

from wire_documents import change, constraint, feature, rule, snapshot

from togglemesh.engine import Engine, find_cycle

PRO = constraint("plan", "IN", "pro")


def requires(key: str, *parents: str, **wanted: Any) -> dict[str, Any]:
    return feature(key, prerequisites=[{"feature": one, **wanted} for one in parents])


def test_decide__prerequisite__must_be_met() -> None:
    base = feature("base", rules=[rule(constraints=[PRO])])
    engine = Engine.from_snapshot(snapshot(base, requires("child", "base")))
    assert engine.decide("child", {"plan": "pro"}).variant == "on"
    unmet = engine.decide("child", {})
    assert (unmet.variant, unmet.reason, unmet.rule) == ("off", "DEFAULT", None)


def test_decide__prerequisite_wanted_off_or_with_a_variant__is_asked_so() -> None:
    base = feature("base", rules=[rule(constraints=[PRO])])
    opposite = requires("opposite", "base", enabled=False)
    other = requires("other", "base", variants=["blue"])
    engine = Engine.from_snapshot(snapshot(base, opposite, other))
    assert engine.decide("opposite", {}).variant == "on"
    assert engine.decide("opposite", {"plan": "pro"}).variant == "off"
    assert engine.decide("other", {"plan": "pro"}).variant == "off"


def test_decide__variant_disabled_of_a_feature_without_variants__is_had_by_who_has_it() -> None:
    base = feature("base", rules=[rule(constraints=[PRO])])
    engine = Engine.from_snapshot(snapshot(base, requires("child", "base", variants=["disabled"])))
    assert engine.decide("child", {"plan": "pro"}).variant == "on"
    assert engine.decide("child", {}).variant == "off"
    assert "met" in str(engine.explain("child", {"plan": "pro"}))


def test_decide__variant_disabled_of_a_feature_with_variants__is_had_by_nobody() -> None:
    colours = {"off": {"value": ""}, "on": {"value": "red"}}
    own = {"disabled": {"value": False}, "on": {"value": True}}
    for base in (
        feature("base", variants=colours),
        feature("base", variants=own, off_variant="disabled"),
    ):
        child = requires("child", "base", variants=["disabled"])
        engine = Engine.from_snapshot(snapshot(base, child))
        assert engine.decide("child", {}).variant == "off"


def test_decide__unknown_prerequisite__is_not_met_until_it_comes() -> None:
    engine = Engine.from_snapshot(snapshot(requires("child", "base", enabled=False)))
    assert engine.decide("child", {}).variant == "off"
    engine.apply(change(43, feature("base", rules=[])))
    assert engine.decide("child", {}).variant == "on"


def test_affected__prerequisite_changes__names_all_that_hang_on_it() -> None:
    some = [feature("a"), requires("b", "a"), requires("c", "b"), feature("d")]
    engine = Engine.from_snapshot(snapshot(*some))
    assert engine.affected(change(43, feature("a", enabled=False))) == {"a", "b", "c"}
    engine.apply(change(43, feature("a", enabled=False)))
    assert engine.decide("c", {}).variant == "off"


def test_decide__longest_chain__needs_no_recursion() -> None:
    chain = [requires(f"f{n}", f"f{n + 1}") for n in range(3_000)]
    engine = Engine.from_snapshot(snapshot(*chain, feature("f3000")))
    assert engine.decide("f0", {}).variant == "on"
    assert engine.explain("f0", {}).decision.variant == "on"


def test_decide__each_hangs_on_all_below__decides_each_once() -> None:
    """Asked anew by each that requires it, the lowest would be decided 2**40 times."""
    ladder = [requires(f"f{n}", f"f{n + 1}", f"f{n + 2}") for n in range(40)]
    engine = Engine.from_snapshot(snapshot(*ladder, feature("f40"), feature("f41")))
    assert engine.decide("f0", {}).variant == "on"
    assert engine.explain("f0", {}).decision.variant == "on"


def test_decide__circle__is_off_for_all_who_lead_into_it() -> None:
    some = [
        requires("a", "b"),
        requires("b", "c", enabled=False),
        requires("c", "a"),
        requires("d", "a", enabled=False),
        requires("self", "self"),
        feature("free"),
    ]
    engine = Engine.from_snapshot(snapshot(*some))
    found = {key: decision.variant for key, decision in engine.decide_all({}).items()}
    assert found == dict.fromkeys(["a", "b", "c", "d", "self"], "off") | {"free": "on"}
    engine.apply(change(43, feature("a")))
    assert engine.decide("c", {}).variant == "on"
    engine.apply(change(44, requires("a", "b")))
    assert engine.decide("c", {}).variant == "off"


def test_find_cycle__circle__is_shown_from_end_to_end() -> None:
    some = [requires("a", "b"), requires("b", "c"), requires("c", "b"), feature("d")]
    assert find_cycle({one["key"]: one for one in some}) in (["b", "c", "b"], ["c", "b", "c"])
    assert find_cycle({"a": requires("a", "a")}) == ["a", "a"]


def test_find_cycle__none__is_none() -> None:
    some = [requires("a", "b", "c"), requires("b", "c", "lost"), feature("c")]
    assert find_cycle({one["key"]: one for one in some}) is None
