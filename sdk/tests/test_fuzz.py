"""Nothing that a document or a context holds makes the engine raise."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich_documents import engine_of, features
from test_engine_properties import contexts as any_contexts

from togglemesh.engine import Engine, InvalidDocument

OPERATIONS = [
    *("var", "if", "and", "or", "==", "===", "!=", "!", "!!", "<", "<=", ">", ">=", "in", "cat"),
    *("substr", "+", "-", "*", "/", "%", "min", "max", "merge", "missing", "missing_some", "map"),
    *(
        "filter",
        "reduce",
        "all",
        "some",
        "none",
        "fractional",
        "sem_ver",
        "starts_with",
        "ends_with",
    ),
    "weather",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(features, max_size=3, unique_by=lambda one: one["key"]), any_contexts)
def test_decide__any_feature_and_any_context__never_raises(
    some: list[dict[str, Any]], context: Any
) -> None:
    engine = engine_of(some)
    assert engine.decide_all(context).keys() == {one["key"] for one in some}
    for one in some:
        assert engine.decide(one["key"], context).reason != "ERROR"
        assert engine.explain(one["key"], context).decision.reason != "ERROR"


class Hostile:
    """Breaks whatever is asked of it."""

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        raise RuntimeError("broken")

    def __eq__(self, _other: object) -> bool:
        raise RuntimeError("broken")

    def __hash__(self) -> int:
        return 1


@given(st.lists(features, min_size=1, max_size=2, unique_by=lambda one: one["key"]))
def test_decide__value_that_breaks_when_looked_at__gives_the_default(
    some: list[dict[str, Any]],
) -> None:
    engine = engine_of(some)
    hostile = dict.fromkeys(["userId", "sessionId", "group", "age", "tags", "now"], Hostile())
    for one in some:
        decision = engine.decide(one["key"], hostile, "mine")
        assert decision.value == "mine" if decision.reason == "ERROR" else decision.variant
        assert engine.explain(one["key"], hostile).lines()
    assert engine.decide_all(hostile).keys() == {one["key"] for one in some}


@given(st.lists(st.integers()) | st.none() | st.integers())
def test_decide__key_that_is_no_text__gives_the_default(key: Any) -> None:
    assert engine_of([]).decide(key, {}, "mine").value == "mine"
    assert engine_of([]).explain(key, {}).lines()


logic = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(OPERATIONS),
            inner | st.lists(inner, max_size=4),
            min_size=1,
            max_size=1,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=250, deadline=None)
@given(logic.filter(lambda one: isinstance(one, dict)), any_contexts)
def test_from_flagd__any_logic__never_raises(targeting: Any, context: Any) -> None:
    key = "colour"
    variants = {"red": 1, "blue": 2}
    flag = {"state": "ENABLED", "variants": variants, "targeting": targeting}
    try:
        engine = Engine.from_flagd({"flags": {key: flag | {"defaultVariant": "red"}}})
    except InvalidDocument:
        return
    assert engine.decide(key, context, "mine").value in (1, 2, "mine")
    assert engine.explain(key, context).lines()
