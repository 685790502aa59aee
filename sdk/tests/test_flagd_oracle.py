"""The engine against flagd's own core, over flags and contexts that Hypothesis makes up.

What is left out, and why: comparisons of texts with things that are no numbers, `==` between
lists, numbers of empty texts, and "between" with null, where JsonLogic's implementations differ
among themselves (ours follows JavaScript, where JsonLogic comes from); shared evaluators with
characters beyond ASCII, on which flagd's core fails.
"""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import OpenFeatureError

from togglemesh.engine import Engine, InvalidDocument

VARIANTS = {"red": "#f00", "green": "#0f0", "blue": "#00f"}
TEXTS = ("ann@x.org", "bob", "user-1", "1.2.3", "v2.0")
texts = st.sampled_from(TEXTS)
given_texts = st.sampled_from((*TEXTS, "größe", "x" * 300))
var_text = st.sampled_from(["email", "user.name", "version", "$flagd.flagKey", "targetingKey"]).map(
    lambda name: {"var": name}
)
var_number = st.sampled_from([{"var": "age"}, {"var": ["lost", 7]}])
numbers = st.integers(-5, 50) | st.sampled_from([0.5, 7.25])
a_text = texts | var_text
a_number = numbers | var_number
given_number = numbers | st.sampled_from([{"var": ["age", 9]}, {"var": ["lost", 7]}])
comparison = st.builds(
    lambda sign, given: {sign: list(given)},
    st.sampled_from(["<", "<=", ">", ">="]),
    st.tuples(a_number, a_number) | st.tuples(given_number, given_number, given_number),
)
equality = st.builds(
    lambda sign, one, other: {sign: [one, other]},
    st.sampled_from(["==", "!=", "===", "!=="]),
    a_text | st.none(),
    texts,
)
test_of_text = st.builds(
    lambda name, one, other: {name: [one, other]},
    st.sampled_from(["starts_with", "ends_with", "in"]),
    texts | st.just({"var": "email"}),
    texts | st.just({"var": "email"}),
)
among = st.builds(lambda one, some: {"in": [one, some]}, a_text, st.lists(texts, max_size=3))
sem_ver = st.builds(
    lambda one, sign, other: {"sem_ver": [one, sign, other]},
    st.sampled_from(["1.2.3", "v1.2", "2", "1.2.3-rc.1", {"var": "version"}]),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "^", "~"]),
    st.sampled_from(["1.2.3", "1.2.0", "2.0.0", "1.2.3-rc.2"]),
)
tests = st.recursive(
    comparison | equality | test_of_text | among | sem_ver | st.booleans() | var_text,
    lambda inner: (
        st.builds(
            lambda name, parts: {name: parts},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=1, max_size=3),
        )
        | inner.map(lambda one: {"!": [one]})
        | inner.map(lambda one: {"!!": [one]})
        | st.just({"$ref": "shared"})
    ),
    max_leaves=5,
)
variant = st.sampled_from([*VARIANTS, None])
parts = st.lists(
    st.tuples(st.sampled_from(sorted(VARIANTS)), st.integers(-1, 1000)).map(list)
    | st.sampled_from(sorted(VARIANTS)).map(lambda name: [name]),
    min_size=1,
    max_size=4,
)
ids = st.sampled_from(
    [
        {"var": "email"},
        {"var": "age"},
        {"var": "targetingKey"},
        {"cat": [{"var": "$flagd.flagKey"}, {"var": "email"}]},
        {"var": "lost"},
    ]
)
fractional = parts.map(lambda some: {"fractional": some}) | st.builds(
    lambda one, some: {"fractional": [one, *some]}, ids, parts
)
outcomes = st.recursive(
    variant | fractional,
    lambda inner: st.builds(
        lambda test, then, other: {"if": [test, then, other]}, tests, inner, inner
    ),
    max_leaves=4,
)
flags = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["ENABLED", "ENABLED", "ENABLED", "DISABLED"]),
        "variants": st.just(VARIANTS),
        "defaultVariant": st.sampled_from([*VARIANTS, None]),
        "targeting": outcomes.filter(lambda one: isinstance(one, dict)) | st.just({}),
    }
)
contexts = st.fixed_dictionaries(
    {"targetingKey": given_texts},
    optional={
        "email": given_texts,
        "age": st.integers(-5, 60) | st.sampled_from([0.5, 7.0]),
        "version": st.sampled_from(["1.2.3", "2.0.0", "nonsense"]),
        "user": st.fixed_dictionaries({"name": texts}),
    },
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(flag=flags, shared=tests.filter(lambda t: "$ref" not in json.dumps(t)), context=contexts)
def test_from_flagd__any_flag__decides_as_flagd_does(
    flag: dict[str, Any], shared: Any, context: dict[str, Any]
) -> None:
    definition = {"flags": {"colour": flag}, "$evaluators": {"shared": shared}}
    ours = Engine.from_flagd(definition).decide("colour", context, "mine")
    core = FlagdCore()
    core.set_flags(json.dumps(definition))
    rest = {name: value for name, value in context.items() if name != "targetingKey"}
    try:
        theirs = core.resolve_string_value(
            "colour", "mine", EvaluationContext(context["targetingKey"], rest)
        )
    except OpenFeatureError:
        assert (ours.reason, ours.value) == ("ERROR", "mine")
        return
    assert (ours.variant, ours.value) == (theirs.variant, theirs.value)
    assert ours.reason == theirs.reason


@pytest.mark.parametrize("way", ["cbor", "text", "percent"])
def test_from_flagd__each_way_of_hashing__keeps_to_the_weights(way: Any) -> None:
    logic = {"fractional": [{"var": "email"}, ["red", 20], ["green", 80]]}
    flag = {
        "state": "ENABLED",
        "variants": VARIANTS,
        "defaultVariant": "blue",
        "targeting": logic,
    }
    engine = Engine.from_flagd({"flags": {"colour": flag}}, fractional=way)
    red = sum(
        engine.decide("colour", {"email": f"user-{n}"}).variant == "red" for n in range(5_000)
    )
    assert 850 < red < 1_150
    assert engine.decide("colour", {}).variant == "blue"


@pytest.mark.parametrize(
    "shared",
    [
        {str(n): {"or": [{"$ref": str(n + 1)}] * 10} for n in range(20)} | {"20": {"var": "a"}},
        {str(n): {"!": {"$ref": str(n + 1)}} for n in range(5_000)} | {"5000": {"var": "a"}},
    ],
)
def test_from_flagd__few_references_make_a_giant__refused(shared: dict[str, Any]) -> None:
    flag = {"state": "ENABLED", "variants": {"on": True}, "targeting": {"$ref": "0"}}
    with pytest.raises(InvalidDocument, match="too large"):
        Engine.from_flagd({"flags": {"colour": flag}, "$evaluators": shared})
