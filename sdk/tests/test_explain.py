"""Explanations agree with decisions, and say what was looked at."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich_documents import contexts, engine_of, features
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import Engine

EU = segment("eu", constraint("country", "IN", "DE", "FR"))


@settings(max_examples=100, deadline=None)
@given(st.lists(features, min_size=1, max_size=3, unique_by=lambda one: one["key"]), contexts)
def test_explain__any_feature_and_context__comes_to_the_decision(
    some: list[dict[str, Any]], context: dict[str, Any]
) -> None:
    engine = engine_of(some)
    for one in some:
        explanation = engine.explain(one["key"], context)
        assert explanation.decision == engine.decide(one["key"], context)
        assert all(isinstance(line, str) for line in explanation.lines())


def explained(*features: dict[str, Any], context: dict[str, Any]) -> list[str]:
    engine = Engine.from_snapshot(snapshot(*features, segments=(EU,)))
    return engine.explain("new-checkout", context).lines()


def test_explain__nested_conditions__shows_each_with_what_was_seen() -> None:
    pro_or_eu = {"any": [constraint("plan", "IN", "pro"), {"segment": "eu"}]}
    when = {"all": [pro_or_eu, {"not": constraint("tags", "ARRAY_CONTAINS_ANY", "banned")}]}
    lines = explained(
        feature(rules=[rule(id="beta", when=when, percentage=50), rule(id="rest", percentage=100)]),
        context={"userId": "u1", "country": "DE", "tags": ["banned"]},
    )
    assert lines == [
        "new-checkout: 'on' because STATIC",
        "  ✗ rule 'beta' does not match",
        "    ✗ all of",
        "      ✓ any of",
        "        ✗ plan IN pro, saw nothing",
        "        ✓ segment 'eu'",
        "          ✓ country IN DE, FR, saw 'DE'",
        "      ✗ not",
        "        ✓ tags ARRAY_CONTAINS_ANY banned, saw ['banned']",
        "  ✓ rule 'rest' matches and gives 'on'",
    ]


def test_explain__share__shows_the_place_of_the_id() -> None:
    lines = explained(feature(rules=[rule(percentage=10)]), context={"userId": "u1"})
    assert lines[2] == "    ✗ share of 10 %: default 'u1' of group 'new-checkout' has place 69"


def test_explain__named_stickiness_absent__says_that_it_leaves_out() -> None:
    lines = explained(feature(rules=[rule(stickiness="tenant")]), context={"userId": "u1"})
    assert lines[2].endswith("tenant is absent, which leaves the context out")


def test_explain__prerequisite_not_met__says_what_it_is_instead() -> None:
    base = feature("base", rules=[])
    lines = explained(
        feature(prerequisites=[{"feature": "base"}, {"feature": "lost"}]), base, context={}
    )
    assert lines == [
        "new-checkout: 'off' because DEFAULT",
        "  ✗ requires 'base' on, which is 'off'",
        "  ✗ requires 'lost' on, which is unknown",
    ]


def test_explain__listed__shows_the_list_and_no_rule() -> None:
    testers = {"id": "testers", "ids": ["ann"], "variant": "off"}
    lines = explained(feature(lists=[testers]), context={"userId": "ann"})
    assert lines == [
        "new-checkout: 'off' because TARGETING_MATCH",
        "  ✓ list 'testers' holds userId, saw 'ann'",
    ]


def test_explain__not_enabled__says_so() -> None:
    assert explained(feature(enabled=False), context={}) == [
        "new-checkout: 'off' because DISABLED",
        "  ✗ the feature is not enabled",
    ]


def test_explain__unknown_feature_or_operator__says_so() -> None:
    engine = Engine.from_snapshot(
        snapshot(feature(rules=[rule(constraints=[constraint("f", "QUANTUM", "a")])]))
    )
    assert engine.explain("unheard-of", {}).decision.reason == "NOT_FOUND"
    lines = engine.explain("new-checkout", {"f": "a"}).lines()
    assert "operator 'QUANTUM' is unknown" in lines[2]


def test_explain__flagd_targeting__shows_each_operation() -> None:
    flag = {
        "state": "ENABLED",
        "variants": {"red": "r", "blue": "b"},
        "defaultVariant": "red",
        "targeting": {"if": [{"in": ["@x.org", {"var": "email"}]}, "blue", None]},
    }
    engine = Engine.from_flagd({"flags": {"colour": flag}})
    lines = engine.explain("colour", {"email": "ann@x.org"}).lines()
    assert lines[0] == "colour: 'blue' because TARGETING_MATCH"
    assert any("var email, saw 'ann@x.org'" in line for line in lines)
