"""What a feature may hold beside plain rules: conditions, lists, schedule, groups, values."""

from typing import Any

import pytest
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import (
    Engine,
    InvalidFeature,
    InvalidSegment,
    share_bucket,
    validate_feature,
    validate_segments,
)

PRO = constraint("plan", "IN", "pro")
GERMAN = constraint("country", "IN", "DE")
EU = segment("eu", GERMAN)


def decide(document: dict[str, Any], **context: Any) -> Any:
    validate_feature(document)
    engine = Engine.from_snapshot(snapshot(document, segments=(EU,)))
    return engine.decide("new-checkout", context)


def with_condition(when: dict[str, Any]) -> dict[str, Any]:
    return feature(rules=[rule(when=when)])


@pytest.mark.parametrize(
    ("when", "pro", "german", "expected"),
    [
        ({"all": [PRO, GERMAN]}, True, True, True),
        ({"all": [PRO, GERMAN]}, True, False, False),
        ({"any": [PRO, GERMAN]}, False, True, True),
        ({"any": [PRO, GERMAN]}, False, False, False),
        ({"not": PRO}, False, False, True),
        ({"not": {"any": [PRO, {"segment": "eu"}]}}, False, True, False),
        ({"not": {"any": [PRO, {"segment": "eu"}]}}, False, False, True),
        ({"all": []}, False, False, True),
        ({"any": []}, True, True, False),
        (PRO, True, False, True),
    ],
)
def test_condition__nested__holds_as_written(
    when: dict[str, Any], pro: bool, german: bool, expected: bool
) -> None:
    context = {"plan": "pro" if pro else "free", "country": "DE" if german else "US"}
    assert (decide(with_condition(when), **context).variant == "on") is expected


@pytest.mark.parametrize("unknown", [constraint("f", "QUANTUM", "x"), {"segment": "lost"}])
def test_condition__something_unknown_in_it__matches_nobody(unknown: dict[str, Any]) -> None:
    for when in ({"not": unknown}, {"any": [PRO, unknown]}):
        engine = Engine.from_snapshot(snapshot(with_condition(when)))
        assert engine.decide("new-checkout", {"plan": "pro"}).variant == "off"


def deep(levels: int) -> dict[str, Any]:
    when: dict[str, Any] = PRO
    for _ in range(levels):
        when = {"not": when}
    return when


def test_condition__as_deep_as_may_be__is_compiled() -> None:
    assert decide(with_condition(deep(20)), plan="pro").variant == "on"


@pytest.mark.parametrize(
    ("when", "field"),
    [
        (deep(21), "rules[0].when" + ".not" * 20),
        ({"all": [PRO], "any": []}, "rules[0].when"),
        ({"all": PRO}, "rules[0].when.all"),
        ({"any": [5]}, "rules[0].when.any[0]"),
        ({"segment": ""}, "rules[0].when.segment"),
        ({"not": constraint("f", "NOPE", "x")}, "rules[0].when.not.operator"),
    ],
)
def test_condition__broken__is_named(when: Any, field: str) -> None:
    with pytest.raises(InvalidFeature) as caught:
        validate_feature(with_condition(when))
    assert caught.value.field == field


def test_segment__with_a_condition__is_asked_with_it_and_names_no_other() -> None:
    eu = EU | {"when": {"not": PRO}}
    validate_segments({"eu": eu})
    document = feature(rules=[rule(segments=["eu"])])
    engine = Engine.from_snapshot(snapshot(document, segments=(eu,)))
    assert engine.decide("new-checkout", {"country": "DE"}).variant == "on"
    assert engine.decide("new-checkout", {"country": "DE", "plan": "pro"}).variant == "off"
    with pytest.raises(InvalidSegment, match="must not ask another"):
        validate_segments({"eu": EU | {"when": {"segment": "other"}}})


def test_condition__names_a_segment__follows_its_changes() -> None:
    document = with_condition({"not": {"segment": "eu"}})
    engine = Engine.from_snapshot(snapshot(document, segments=(EU,)))
    change = {"number": 43, "kind": "segment", "key": "eu", "document": segment("eu", PRO)}
    assert engine.affected(change) == {"new-checkout"}
    engine.apply(change)
    assert engine.decide("new-checkout", {"plan": "pro"}).variant == "off"
    assert engine.decide("new-checkout", {"country": "DE"}).variant == "on"


def test_lists__allowed_and_denied__come_before_rules() -> None:
    allowed = {"id": "testers", "ids": ["ann", 7], "variant": "on"}
    denied = {"id": "banned", "field": "tenant", "ids": ["evil"], "variant": "off"}
    document = feature(lists=[denied, allowed], rules=[rule(constraints=[PRO])])
    assert decide(document, userId="ann").rule == "testers"
    assert decide(document, userId=7).variant == "on"
    banned = decide(document, userId="ann", tenant="evil", plan="pro")
    assert (banned.variant, banned.rule, banned.reason) == ("off", "banned", "TARGETING_MATCH")
    assert decide(document, userId="bob").variant == "off"
    assert decide(document | {"enabled": False}, userId="ann").reason == "DISABLED"


def test_lists__in_a_rule__choose_the_variant_of_those_who_match() -> None:
    inner = {"id": "fixed", "ids": ["ann"], "variant": "off"}
    document = feature(rules=[rule(constraints=[PRO], lists=[inner])])
    assert decide(document, userId="ann", plan="pro").variant == "off"
    assert decide(document, userId="bob", plan="pro").variant == "on"


def test_group__of_a_rule__keeps_the_buckets_of_elsewhere() -> None:
    document = feature(rules=[rule(group="old-name", percentage=30)])
    for n in range(200):
        expected = share_bucket("old-name", f"u{n}") <= 30
        assert (decide(document, userId=f"u{n}").variant == "on") is expected


def test_split__parts_with_values_of_their_own__give_them() -> None:
    split = [{"variant": "on", "weight": 1, "value": {"hue": 240}}]
    assert decide(feature(rules=[rule(split=split)])).value == {"hue": 240}


def test_split__stickiness_of_its_own__ignores_the_shares() -> None:
    split = [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]
    document = feature(rules=[rule(split=split, stickiness="userId", split_stickiness="tenant")])
    seen = {decide(document, userId=f"u{n}", tenant="t").variant for n in range(50)}
    assert len(seen) == 1


def test_stickiness__random__takes_about_its_share() -> None:
    document = feature(rules=[rule(stickiness="random", percentage=50)])
    engine = Engine.from_snapshot(snapshot(document))
    on = sum(engine.decide("new-checkout", {"userId": "u"}).variant == "on" for _ in range(4_000))
    assert 1_800 < on < 2_200  # six standard deviations


def test_default_variant__no_rule_matches__is_given() -> None:
    document = feature(default_variant="on", rules=[rule(constraints=[PRO])])
    assert decide(document).reason == "DEFAULT"
    assert decide(document).variant == "on"
    assert decide(document | {"enabled": False}).variant == "off"


def test_schedule__steps__hold_from_their_moments_on() -> None:
    steps = [
        {"at": "2026-03-01T00:00:00Z", "rules": [rule()]},
        {"at": "2026-02-01T00:00:00Z", "enabled": True},
        {"at": "2026-04-01T00:00:00Z", "enabled": False},
    ]
    document = feature(enabled=False, rules=[], schedule=steps)
    engine = Engine.from_snapshot(snapshot(document))
    found = [
        engine.decide("new-checkout", {"currentTime": f"2026-{month}T00:00:00Z"}).reason
        for month in ("01-01", "02-01", "03-01", "04-01")
    ]
    assert found == ["DISABLED", "DEFAULT", "STATIC", "DISABLED"]
    assert engine.decide("new-checkout", {"currentTime": "nonsense"}).reason == "DISABLED"
    assert engine.explain("new-checkout", {"now": "2026-03-02"}).since == 1772323200.0


def test_schedule__without_a_moment_in_the_context__goes_by_the_clock() -> None:
    steps = [{"at": "2020-01-01", "enabled": True}, {"at": "2999-01-01", "enabled": False}]
    assert decide(feature(enabled=False, schedule=steps)).variant == "on"


def test_metadata__given__comes_with_the_decision() -> None:
    assert decide(feature(metadata={"owner": "shop", "tier": 1})).metadata["tier"] == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"type": "colour"}, "type"),
        ({"type": "string"}, "variants.off.value"),
        ({"type": "number"}, "variants.off.value"),
        ({"default_variant": "blue"}, "default_variant"),
        ({"metadata": {"a": []}}, "metadata.a"),
        ({"lists": [{"id": "l", "ids": [[]], "variant": "on"}]}, "lists[0].ids[0]"),
        ({"lists": [{"id": "l", "ids": [], "variant": "blue"}]}, "lists[0].variant"),
        ({"lists": [{"id": "everyone", "ids": [], "variant": "on"}]}, "lists[0].id"),
        ({"lists": [{"id": "l", "ids": [], "variant": "on", "x": 1}]}, "lists[0].x"),
        ({"rules": [rule(group="")]}, "rules[0].group"),
        ({"schedule": [{"at": "soon"}]}, "schedule[0].at"),
        (
            {"schedule": [{"at": "2030-01-01", "rules": [rule(percentage=101)]}]},
            "schedule[0].rules[0].percentage",
        ),
        ({"schedule": [{"at": "2030-01-01", "off_variant": "on"}]}, "schedule[0].off_variant"),
        ({"prerequisites": [{"feature": ""}]}, "prerequisites[0].feature"),
        ({"prerequisites": [{"feature": "f", "enabled": 1}]}, "prerequisites[0].enabled"),
        ({"targeting": {"if": []}}, "targeting"),
        ({"rules": [], "targeting": {"weather": []}}, "targeting"),
        ({"rules": [], "targeting": {"if": []}, "fractional": "md5"}, "fractional"),
        ({"off_variant": None}, "off_variant"),
    ],
)
def test_feature__broken_part__is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFeature) as caught:
        validate_feature(feature(**changed))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("kind", "value"), [("boolean", True), ("string", "x"), ("number", 1.5), ("json", [1])]
)
def test_type__values_of_it__are_taken(kind: str, value: Any) -> None:
    variants = {"off": {"value": value}, "on": {"value": value}}
    assert decide(feature(type=kind, variants=variants)).value == value


def test_targeting__in_a_document_of_ours__names_the_variant() -> None:
    logic = {"if": [{"==": [{"var": "plan"}, "pro"]}, "on", None]}
    document = feature(rules=[], targeting=logic)
    assert decide(document, plan="pro").rule == "targeting"
    assert decide(document, plan="free").variant == "off"
