"""Refusals name the field that is wrong, and what it must be."""

from typing import Any

import pytest
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import (
    Engine,
    InvalidContext,
    InvalidDocument,
    InvalidFeature,
    InvalidSegment,
    InvalidSnapshot,
    validate_constraints,
    validate_context,
    validate_feature,
    validate_segments,
)
from togglemesh.engine.documents import GREATEST_NESTING

SPLIT = [{"variant": "on", "weight": 1}]

BROKEN_FEATURES = [
    ({"key": "new checkout"}, "key"),
    ({"key": ""}, "key"),
    ({"key": "x" * 51}, "key"),
    ({"enabled": "yes"}, "enabled"),
    ({"enabled": None}, "enabled"),
    ({"carried": 1}, "carried"),
    ({"revision": "seven"}, "revision"),
    ({"revision": True}, "revision"),
    ({"variants": []}, "variants"),
    ({"variants": {"on": {}, "off": {"value": 0}}}, "variants.on.value"),
    ({"variants": {"on": True, "off": {"value": 0}}}, "variants.on"),
    ({"variants": {"a,b": {"value": 1}}}, "variants"),
    ({"off_variant": "blue"}, "off_variant"),
    ({"off_variant": None}, "off_variant"),
    ({"rules": {}}, "rules"),
    ({"rules": [5]}, "rules[0]"),
    ({"rules": [rule(id=None)]}, "rules[0].id"),
    ({"rules": [rule(), rule()]}, "rules[1].id"),
    ({"rules": [rule(percentage=140)]}, "rules[0].percentage"),
    ({"rules": [rule(percentage=-1)]}, "rules[0].percentage"),
    ({"rules": [rule(percentage=10.5)]}, "rules[0].percentage"),
    ({"rules": [rule(percentage=True)]}, "rules[0].percentage"),
    ({"rules": [rule(percentage="10")]}, "rules[0].percentage"),
    ({"rules": [rule(stickiness="")]}, "rules[0].stickiness"),
    ({"rules": [rule(segments="beta")]}, "rules[0].segments"),
    ({"rules": [rule(segments=[5])]}, "rules[0].segments[0]"),
    ({"rules": [rule(split=[])]}, "rules[0].split"),
    ({"rules": [rule(split=None)]}, "rules[0].split"),
    ({"rules": [rule(split=[{"variant": "on", "weight": 0}])]}, "rules[0].split"),
    ({"rules": [rule(split=[{"variant": "blue", "weight": 1}])]}, "rules[0].split[0].variant"),
    ({"rules": [rule(split=[{"variant": "on", "weight": 1.5}])]}, "rules[0].split[0].weight"),
    ({"rules": [rule(constraints=["x"])]}, "rules[0].constraints[0]"),
    ({"rules": [rule(constraints=[constraint("", "IN")])]}, "rules[0].constraints[0].field"),
    ({"rules": [rule(constraints=[constraint("f", "")])]}, "rules[0].constraints[0].operator"),
    (
        {"rules": [rule(constraints=[constraint("f", "IN", {})])]},
        "rules[0].constraints[0].values[0]",
    ),
    (
        {"rules": [rule(constraints=[constraint("f", "NUM_GT", "x")])]},
        "rules[0].constraints[0].values[0]",
    ),
    (
        {"rules": [rule(constraints=[constraint("f", "IN", inverted=1)])]},
        "rules[0].constraints[0].inverted",
    ),
]


@pytest.mark.parametrize(("changed", "field"), BROKEN_FEATURES)
def test_feature__broken_field__is_named(changed: dict[str, Any], field: str) -> None:
    document = feature(**changed)
    with pytest.raises(InvalidFeature) as caught:
        validate_feature(document)
    assert caught.value.field == field


@pytest.mark.parametrize(("changed", "field"), BROKEN_FEATURES)
def test_compile__broken_field__is_named_with_its_feature(
    changed: dict[str, Any], field: str
) -> None:
    document = snapshot() | {"features": {"new-checkout": feature(**changed)}}
    with pytest.raises(InvalidFeature) as caught:
        Engine.from_snapshot(document)
    assert caught.value.field == f"features.new-checkout.{field}"


def test_feature__percentage_out_of_range__says_what_it_must_be() -> None:
    with pytest.raises(InvalidFeature) as caught:
        Engine.from_snapshot(snapshot(feature(rules=[rule(percentage=140)])))
    assert str(caught.value) == (
        "features.new-checkout.rules[0].percentage: must be a whole number from 0 to 100, got 140"
    )


def test_feature__sound__is_taken() -> None:
    validate_feature(feature())
    validate_feature(
        {
            "key": "f",
            "enabled": True,
            "variants": {"off": {"value": 0}},
            "off_variant": "off",
            "rules": [{"id": "r", "split": [{"variant": "off", "weight": 1}]}],
        }
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"rules": [rule(percentge=10)]}, "rules[0].percentge"),
        (
            {"rules": [rule(constraints=[constraint("f", "IN", "a", fold=True)])]},
            "rules[0].constraints[0].fold",
        ),
        (
            {"rules": [rule(constraints=[constraint("f", "QUANTUM", "a")])]},
            "rules[0].constraints[0].operator",
        ),
    ],
)
def test_feature__from_a_newer_server__is_refused_only_at_the_edge(
    changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidFeature) as caught:
        validate_feature(feature(**changed))
    assert caught.value.field == field
    Engine.from_snapshot(snapshot(feature(**changed)))


def test_feature__filed_under_another_key__is_refused() -> None:
    with pytest.raises(InvalidFeature, match="must be 'other', as it is filed"):
        validate_feature(feature(), key="other")


def test_feature__segment_unknown__is_refused_when_the_known_are_given() -> None:
    document = feature(rules=[rule(segments=["beta"])])
    validate_feature(document, known_segments={"beta"})
    with pytest.raises(InvalidFeature) as caught:
        validate_feature(document, known_segments={"gamma"})
    assert caught.value.field == "rules[0].segments[0]"


def test_feature__long_value__is_shown_in_part() -> None:
    with pytest.raises(InvalidFeature) as caught:
        validate_feature(feature(enabled="x" * 10_000))
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("segments", "field"),
    [
        ([], "segments"),
        ({"a b": segment("a b")}, "segments"),
        ({"beta": 5}, "segments.beta"),
        ({"beta": segment("gamma")}, "segments.beta.key"),
        ({"beta": {"key": "beta"}}, "segments.beta.constraints"),
        (
            {"beta": segment("beta", constraint("f", "NOPE"))},
            "segments.beta.constraints[0].operator",
        ),
        ({"beta": segment("beta") | {"x": 1}}, "segments.beta.x"),
    ],
)
def test_segments__broken_field__is_named(segments: Any, field: str) -> None:
    with pytest.raises(InvalidSegment) as caught:
        validate_segments(segments)
    assert caught.value.field == field


def test_constraints__broken_field__is_named() -> None:
    validate_constraints([constraint("group", "IN", "beta")])
    with pytest.raises(InvalidSegment) as caught:
        validate_constraints([constraint("group", "IN", None)])
    assert caught.value.field == "constraints[0].values[0]"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"format": 2}, "format"),
        ({"environment": ""}, "environment"),
        ({"number": -1}, "number"),
        ({"number": True}, "number"),
        ({"features": []}, "features"),
        ({"segments": None}, "segments"),
    ],
)
def test_snapshot__broken_field__is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSnapshot) as caught:
        Engine.from_snapshot(snapshot() | changed)
    assert caught.value.field == field


@pytest.mark.parametrize("foreign", [None, [], "text", 5])
def test_snapshot__no_object__is_refused(foreign: Any) -> None:
    with pytest.raises(InvalidSnapshot, match="must be an object"):
        Engine.from_snapshot(foreign)


def test_snapshot__one_broken_feature__may_be_reported_and_left_out() -> None:
    problems: list[InvalidDocument] = []
    broken = feature("broken", rules=[rule(percentage=140)])
    engine = Engine.from_snapshot(snapshot(broken, feature()), on_invalid=problems.append)
    assert engine.features == {"new-checkout"}
    assert [p.field for p in problems] == ["features.broken.rules[0].percentage"]


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ([], "context"),
        ("u", "context"),
        ({"targetingKey": {}}, "context.targetingKey"),
        ({"userId": []}, "context.userId"),
        ({"userId": True}, "context.userId"),
        ({"properties": "x"}, "context.properties"),
        ({"properties": {"sessionId": []}}, "context.properties.sessionId"),
    ],
)
def test_context__broken_field__is_named(context: Any, field: str) -> None:
    with pytest.raises(InvalidContext) as caught:
        validate_context(context)
    assert caught.value.field == field


def test_context__sound__is_given_back() -> None:
    assert validate_context(None) == {}
    given = {"userId": 7, "plan": "gold", "device": {"kind": "phone"}, "properties": {"a": 1}}
    assert validate_context(given) == given


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_feature__nested_to_the_limit__read_and_one_level_more_is_refused_with_its_place() -> None:
    # The document, `variants`, the variant: three levels above the value.
    def valued(levels: int) -> dict[str, Any]:
        return feature(variants={"on": {"value": deep(levels)}, "off": {"value": 0}})

    validate_feature(valued(GREATEST_NESTING - 3))
    for strict in (True, False):
        with pytest.raises(InvalidFeature, match="nested too deep") as caught:
            validate_feature(valued(GREATEST_NESTING - 2), strict=strict)
        assert caught.value.field.startswith("variants.on.value[0]")


def test_feature__deep_beyond_pythons_own_limit__is_left_out_alone() -> None:
    problems: list[InvalidDocument] = []
    broken = feature(key="broken", variants={"on": {"value": deep(50_000)}, "off": {"value": 0}})
    engine = Engine.from_snapshot(snapshot(feature(), broken), on_invalid=problems.append)
    assert list(engine.features) == ["new-checkout"]
    assert [problem.field.split("[")[0] for problem in problems] == [
        "features.broken.variants.on.value"
    ]


def test_segment__nested_too_deep__is_refused_with_its_place() -> None:
    with pytest.raises(InvalidSegment, match=r"segments\.beta\.when"):
        validate_segments({"beta": {"constraints": [], "when": {"all": deep(GREATEST_NESTING)}}})
