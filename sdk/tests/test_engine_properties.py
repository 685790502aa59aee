"""What must hold for any context and any exposure."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import Engine
from togglemesh.engine.constraints import OPERATORS

names = st.none() | st.integers() | st.text(max_size=4)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.builds(lambda: 10**5000)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=8)
    | st.binary(max_size=4)
    | st.decimals()
    | st.uuids()
    | st.datetimes()
    | st.builds(object)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["userId", "targetingKey", "sessionId", "group", "age", "properties"])
contexts = st.dictionaries(fields | names, values, max_size=6) | values

constraints = st.builds(
    lambda field, operator, inverted, fold: constraint(
        field, operator, "1", "22", inverted=inverted, case_insensitive=fold
    ),
    fields,
    st.sampled_from([*OPERATORS, "UNKNOWN"]),
    st.booleans(),
    st.booleans(),
)
rules = st.builds(
    lambda some, percentage, stickiness, weights, segments: rule(
        constraints=some,
        percentage=percentage,
        stickiness=stickiness,
        segments=segments,
        split=[{"variant": v, "weight": w} for v, w in zip(("off", "on"), weights, strict=True)],
    ),
    st.lists(constraints, max_size=2),
    st.integers(0, 100),
    st.sampled_from(["default", "group", "properties"]),
    st.tuples(st.integers(0, 3), st.integers(1, 3)),
    st.lists(st.sampled_from(["some", "unknown"]), max_size=1),
)


def engine_of(some: list[dict[str, Any]]) -> Engine:
    numbered = [one | {"id": str(n)} for n, one in enumerate(some)]
    group = segment("some", constraint("group", "NOT_IN", "x"))
    return Engine.from_snapshot(snapshot(feature(rules=numbered), segments=(group,)))


@settings(max_examples=400)
@given(st.lists(rules, max_size=3), contexts)
def test_decide__any_context__gives_a_variant_and_never_raises(
    some: list[dict[str, Any]], context: Any
) -> None:
    engine = engine_of(some)
    assert engine.decide("new-checkout", context).variant in {"off", "on"}
    assert engine.decide_all(context).keys() == {"new-checkout"}


class BrokenMapping(dict[str, Any]):
    """A mapping of a user's own that does not keep its promises."""

    def __iter__(self) -> Any:
        raise RuntimeError("broken")

    def keys(self) -> Any:
        raise RuntimeError("broken")


def test_decide__context_that_breaks_when_read__counts_as_empty() -> None:
    engine = engine_of([rule(stickiness="group")])
    assert engine.decide("new-checkout", BrokenMapping(group="g")).variant in {"off", "on"}


@given(st.text(min_size=1), st.integers(0, 100), st.integers(0, 100))
def test_percentage__raised__takes_the_feature_from_nobody(user: str, one: int, other: int) -> None:
    lower, higher = sorted((one, other))
    before = engine_of([rule(percentage=lower)]).decide("new-checkout", {"userId": user})
    after = engine_of([rule(percentage=higher)]).decide("new-checkout", {"userId": user})
    assert before.variant == "off" or after.variant == "on"


@given(st.lists(rules, max_size=3), st.text(min_size=1), st.sampled_from(["beta", "1"]))
def test_snapshot__taken_and_loaded__decides_the_same(
    some: list[dict[str, Any]], user: str, group: str
) -> None:
    engine = engine_of(some)
    again = Engine.from_snapshot(engine.snapshot())
    context = {"userId": user, "group": group}
    assert again.snapshot() == engine.snapshot()
    assert again.decide_all(context) == engine.decide_all(context)


keys = st.sampled_from(["one", "two"])
segments = st.sampled_from(["some", "more"])
documents = (
    st.tuples(st.just("feature"), keys, st.lists(rules, max_size=2))
    | st.tuples(st.just("feature-removed"), keys, st.none())
    | st.tuples(st.just("segment"), segments, st.lists(constraints, max_size=2))
    | st.tuples(st.just("segment-removed"), segments, st.none())
)


def document_of(kind: str, key: str, content: Any) -> dict[str, Any] | None:
    if kind == "feature":
        return feature(key, rules=[one | {"id": str(n)} for n, one in enumerate(content)])
    return segment(key, *content) if kind == "segment" else None


@given(st.lists(documents, max_size=12), st.text(min_size=1), st.sampled_from(["x", "1"]))
def test_apply__any_changes__end_where_a_snapshot_of_the_end_begins(
    changes: list[tuple[str, str, Any]], user: str, group: str
) -> None:
    engine = Engine.from_snapshot(snapshot(number=0))
    for number, (kind, key, content) in enumerate(changes, start=1):
        document = document_of(kind, key, content)
        assert engine.apply({"number": number, "kind": kind, "key": key, "document": document})
    context = {"userId": user, "group": group}
    assert engine.decide_all(context) == Engine.from_snapshot(engine.snapshot()).decide_all(context)
    assert engine.number == len(changes)
