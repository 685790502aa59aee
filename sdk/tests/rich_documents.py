"""Features that use all that the wire format offers, and contexts, as Hypothesis makes them up."""

from typing import Any

from hypothesis import strategies as st
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh.engine import Engine
from togglemesh.engine.operators import OPERATORS

SOUND_VALUES = {
    "NUM": ("1", "2.5", "40"),
    "DATE": ("2026-01-01T00:00:00Z", "2030-01-01T00:00:00+01:00"),
    "SEMVER": ("1.2.3", "2.0.0-rc.1"),
    "REGEX": ("^a", "[0-9]+", "(?i)B"),
    "IN_CIDR": ("10.0.0.0/8", "::1"),
    "PRESENT": (),
    "ABSENT": (),
}
TEXTS = ("a", "B", "ab", "1", "40")
FIELDS = ("userId", "targetingKey", "sessionId", "group", "age", "tags", "currentTime")


def _values(operator: str) -> tuple[str, ...]:
    return next((v for name, v in SOUND_VALUES.items() if operator.startswith(name)), TEXTS)


def _constraint(operator: str) -> st.SearchStrategy[dict[str, Any]]:
    values = _values(operator)
    some = st.lists(st.sampled_from(values), max_size=3) if values else st.just([])
    return st.builds(
        lambda field, values, inverted, fold: constraint(
            field, operator, *values, inverted=inverted, case_insensitive=fold
        ),
        st.sampled_from(FIELDS),
        some,
        st.booleans(),
        st.booleans(),
    )


constraints = st.sampled_from(sorted(OPERATORS)).flatmap(_constraint)
conditions = st.recursive(
    constraints | st.just({"segment": "some"}),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts})
        | st.lists(inner, max_size=3).map(lambda parts: {"any": parts})
        | inner.map(lambda part: {"not": part})
    ),
    max_leaves=6,
)
lists = st.lists(
    st.fixed_dictionaries(
        {
            "ids": st.lists(st.sampled_from(TEXTS), max_size=2),
            "field": st.sampled_from(FIELDS),
            "variant": st.sampled_from(["on", "off", "blue"]),
        }
    ),
    max_size=2,
).map(lambda some: [one | {"id": f"list-{n}"} for n, one in enumerate(some)])
weights = st.tuples(st.integers(0, 5), st.integers(1, 5), st.integers(0, 5))
rules = st.fixed_dictionaries(
    {
        "constraints": st.lists(constraints, max_size=2),
        "percentage": st.integers(0, 100),
        "stickiness": st.sampled_from(["default", "group", "userId"]),
        "lists": lists,
        "split": weights.map(
            lambda three: [
                {"variant": name, "weight": weight}
                for name, weight in zip(("on", "off", "blue"), three, strict=True)
            ]
        ),
    },
    optional={
        "when": conditions,
        "segments": st.just(["some"]),
        "group": st.sampled_from(["other", "größe"]),
        "split_stickiness": st.sampled_from(["sessionId", "userId"]),
    },
)
rule_lists = st.lists(rules, max_size=3).map(
    lambda some: [rule(**(one | {"id": str(n)})) for n, one in enumerate(some)]
)
prerequisites = st.lists(
    st.fixed_dictionaries(
        {"feature": st.sampled_from(["one", "two", "three", "lost"]), "enabled": st.booleans()},
        optional={"variants": st.just(["blue"])},
    ),
    max_size=2,
)
steps = st.lists(
    st.fixed_dictionaries(
        {"at": st.sampled_from(["2026-01-01T00:00:00Z", "2029-01-01T00:00:00Z"])},
        optional={"enabled": st.booleans(), "rules": rule_lists},
    ),
    max_size=2,
)
VARIANTS = {"off": {"value": False}, "on": {"value": True}, "blue": {"value": {"hue": 240}}}
features = st.builds(
    lambda key, enabled, **rest: feature(key, enabled=enabled, variants=VARIANTS, **rest),
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from([True, True, True, False]),
    rules=rule_lists,
    lists=lists,
    prerequisites=prerequisites,
    schedule=steps,
)
# With an id in each, so that nothing is left to chance.
contexts = st.fixed_dictionaries(
    {"userId": st.sampled_from(TEXTS) | st.text(min_size=1), "sessionId": st.sampled_from(TEXTS)},
    optional={
        "group": st.sampled_from(TEXTS) | st.none(),
        "age": st.integers(0, 50) | st.just("1.2.3"),
        "tags": st.lists(st.sampled_from(TEXTS), max_size=3) | st.sampled_from(TEXTS),
        "currentTime": st.sampled_from(["2025-01-01T00:00:00Z", "2028-06-01", "nonsense"]),
        "properties": st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(TEXTS)),
    },
)


def engine_of(some: list[dict[str, Any]]) -> Engine:
    members = segment("some", constraint("group", "IN", "a", "B")) | {
        "when": {"not": constraint("age", "NUM_GT", 40)}
    }
    return Engine.from_snapshot(snapshot(*some, segments=(members,)))
