"""What Unleash defines and its engine cannot show (see test_unleash_oracle), or names of ours."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from togglemesh.engine import Engine, InvalidDocument


def strategy(name: str = "default", *constraints: Any, **parameters: str) -> dict[str, Any]:
    return {"name": name, "parameters": parameters, "constraints": list(constraints)}


def constraint(operator: str, field: str = "plan", **given: Any) -> dict[str, Any]:
    return {"contextName": field, "operator": operator, "values": [], **given}


def engine_of(*strategies: dict[str, Any], **changed: Any) -> Engine:
    feature = {"name": "f", "enabled": True, "strategies": list(strategies), **changed}
    return Engine.from_unleash({"version": 2, "features": [feature], "segments": []})


UNREADABLE = [
    strategy("default", constraint("QUANTUM", values=["x"])),
    strategy("default", constraint("QUANTUM", values=["x"], inverted=True)),
    strategy("default", constraint("NUM_EQ", value="x", inverted=True)),
    strategy("default", constraint("SEMVER_EQ", value="v1.2.3", inverted=True)),
    strategy("default", constraint("DATE_AFTER", "currentTime", value="soon", inverted=True)),
    strategy("default", constraint("DATE_AFTER", "currentTime", value="2020-01-01")),
    strategy("flexibleRollout", rollout="101"),
    strategy("flexibleRollout", rollout="many"),
    strategy("ours-alone"),
    {"name": "default", "segments": [99]},
]


@pytest.mark.parametrize("unreadable", UNREADABLE)
def test_from_unleash__unreadable_strategy__takes_nobody_and_leaves_the_others(
    unreadable: dict[str, Any],
) -> None:
    assert engine_of(unreadable).decide("f", {"plan": "x"}).enabled is False
    assert engine_of(unreadable, strategy()).decide("f", {"plan": "x"}).enabled is True


def test_from_unleash__without_strategies__is_on_for_all() -> None:
    decision = engine_of().decide("f", {})
    assert (decision.enabled, decision.value, decision.variant) == (True, True, "on")


def test_from_unleash__weights_of_nothing__is_on_with_the_disabled_variant() -> None:
    decision = engine_of(variants=[{"name": "a", "weight": 0}]).decide("f", {})
    assert (decision.enabled, decision.variant, decision.value) == (True, "disabled", None)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "5", "5"),
        ("csv", "a,b", "a,b"),
        ("number", "5", 5),
        ("number", "0.5", 0.5),
        ("number", "many", "many"),
        ("json", '{"a": [1]}', {"a": [1]}),
        ("json", "{", "{"),
    ],
)
def test_from_unleash__payload__is_the_value_by_its_type(kind: str, text: str, value: Any) -> None:
    payload = {"type": kind, "value": text}
    engine = engine_of(variants=[{"name": "a", "weight": 1, "payload": payload}])
    assert engine.decide("f", {}).value == value


def test_from_unleash__two_strategies_with_one_variant_name__keep_their_payloads() -> None:
    def with_payload(text: str, *constraints: Any) -> dict[str, Any]:
        payload = {"type": "string", "value": text}
        variants = [{"name": "same", "weight": 1, "payload": payload}]
        return strategy("default", *constraints) | {"variants": variants}

    pro = constraint("IN", values=["pro"])
    engine = engine_of(with_payload("first", pro), with_payload("second"))
    assert engine.decide("f", {"properties": {"plan": "pro"}}).value == "first"
    assert engine.decide("f", {}).value == "second"


@pytest.mark.parametrize(
    ("of_strategy", "of_variants"), [("userId", "sessionId"), ("sessionId", None)]
)
def test_from_unleash__strategy_variants__go_by_the_first_ones_stickiness_else_the_strategys(
    of_strategy: str, of_variants: str | None
) -> None:
    variants = [{"name": name, "weight": 1, "stickiness": of_variants} for name in ("a", "b")]
    shared = strategy("flexibleRollout", rollout="100", stickiness=of_strategy, groupId="a")
    engine = engine_of(shared | {"variants": variants})
    # The protocol's vectors: "a:5" is 1 of 2, "a:0" is 2 of 2.
    assert engine.decide("f", {"sessionId": "5", "userId": "0"}).variant == "a"
    assert engine.decide("f", {"sessionId": "0", "userId": "5"}).variant == "b"


def test_from_unleash__parent_without_group__has_the_share_of_its_own_name() -> None:
    parent = "Feature.flexibleRollout.10"
    shared = strategy("flexibleRollout", rollout="10", stickiness="userId")
    features = [
        {"name": parent, "enabled": True, "strategies": [shared]},
        {"name": "f", "enabled": True, "dependencies": [{"feature": parent}]},
        {"name": "g", "enabled": True, "dependencies": [{"feature": parent, "enabled": False}]},
    ]
    engine = Engine.from_unleash({"features": features})
    # The protocol's vectors: by the parent's name user 174 has place 10, user 499 place 32.
    for user, on in (("174", True), ("499", False)):
        context = {"userId": user}
        assert engine.decide(parent, context).enabled is on
        assert engine.decide("f", context).enabled is on
        assert engine.decide("g", context).enabled is not on


@pytest.mark.parametrize(
    ("variants", "wanted", "met"),
    [
        ([], ["disabled"], True),
        ([], ["disabled", "a"], True),
        ([], ["on"], False),
        ([{"name": "a", "weight": 1}], ["disabled"], False),
        ([{"name": "a", "weight": 0}], ["disabled"], True),
    ],
)
def test_from_unleash__dependency_on_a_variant__is_called_disabled_where_there_is_none(
    variants: list[Any], wanted: list[str], met: bool
) -> None:
    parent = {"name": "p", "enabled": True, "variants": variants}
    child = {"name": "f", "enabled": True, "dependencies": [{"feature": "p", "variants": wanted}]}
    engine = Engine.from_unleash({"features": [parent, child]})
    assert engine.decide("f", {}).enabled is met


def test_from_unleash__hostname__is_this_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTNAME", "Web-1")
    named = strategy("applicationHostname", hostNames="db-1, web-1")
    assert engine_of(named).decide("f", {}).enabled is True
    monkeypatch.setenv("HOSTNAME", "web-2")
    assert engine_of(named).decide("f", {}).enabled is False


def test_from_unleash__random_stickiness__takes_about_its_share() -> None:
    for name, parameters in (
        ("gradualRolloutRandom", {"percentage": "50"}),
        ("flexibleRollout", {"rollout": "50", "stickiness": "random"}),
    ):
        engine = engine_of(strategy(name, **parameters))
        on = sum(engine.decide("f", {"userId": "u"}).enabled for _ in range(4_000))
        assert 1_800 < on < 2_200  # six standard deviations


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ([], "state"),
        ({"features": {}}, "features"),
        ({"features": [5]}, "features[0]"),
        ({"features": [{"name": ""}]}, "features[0].name"),
        ({"features": [{"name": "f", "enabled": "yes"}]}, "features[0].enabled"),
        (
            {"features": [{"name": "f", "enabled": True, "strategies": "x"}]},
            "features[0].strategies",
        ),
    ],
)
def test_from_unleash__broken_state__is_refused_with_the_field(broken: Any, field: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        Engine.from_unleash(broken)
    assert caught.value.field == field


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def mostly(sound: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return sound | sound | json_values


constraints = mostly(
    st.fixed_dictionaries(
        {"contextName": mostly(st.just("plan")), "operator": mostly(st.just("NUM_EQ"))},
        optional={"values": json_values, "value": json_values, "inverted": json_values},
    )
)
variants = mostly(
    st.fixed_dictionaries(
        {"name": mostly(st.just("a")), "weight": mostly(st.integers(-1, 3))},
        optional={"payload": json_values, "overrides": json_values, "stickiness": json_values},
    )
)
strategies = mostly(
    st.fixed_dictionaries(
        {"name": mostly(st.sampled_from(["flexibleRollout", "userWithId", "remoteAddress"]))},
        optional={
            "parameters": mostly(
                st.dictionaries(
                    st.sampled_from(["rollout", "stickiness", "groupId", "userIds", "IPs"]),
                    json_values,
                )
            ),
            "constraints": mostly(st.lists(constraints, max_size=2)),
            "segments": json_values,
            "variants": mostly(st.lists(variants, max_size=2)),
        },
    )
)
fuzzed = st.fixed_dictionaries(
    {"name": st.just("f"), "enabled": st.just(True)},
    optional={
        "strategies": mostly(st.lists(strategies, max_size=2)),
        "variants": mostly(st.lists(variants, max_size=2)),
        "dependencies": json_values,
    },
)


@settings(max_examples=200, deadline=None)
@given(feature=fuzzed, context=st.dictionaries(st.text(max_size=6), json_values))
def test_from_unleash__any_state__is_refused_or_decides(
    feature: dict[str, Any], context: Mapping[str, Any]
) -> None:
    try:
        engine = Engine.from_unleash({"features": [feature]})
    except InvalidDocument:
        return
    assert engine.decide("f", context).key == "f"
    assert engine.explain("f", context).lines()
    assert engine.decide_all(context).keys() == {"f"}
