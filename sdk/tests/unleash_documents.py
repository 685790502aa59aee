"""Unleash states and contexts for tests, as Hypothesis makes them up."""

from typing import Any

from hypothesis import strategies as st

FIELDS = ("userId", "sessionId", "remoteAddress", "environment", "appName", "plan", "score", "day")
TEXTS = ("a", "A", "ab", "Beta", "7", "42", "1.5", "10.0.0.7", "1.2.3", "2.0.0-rc.1")
NUMBERS = ("7", "42", "1.5", "-3")
VERSIONS = ("1.2.3", "1.2.4", "2.0.0-rc.1", "2.0.0", "1.2.3+build")
GIVEN_VERSIONS = (*VERSIONS, "v1.2.3", "1.2", "nonsense")
MOMENTS = ("2026-01-01T00:00:00Z", "2027-06-01T12:00:00+02:00", "2029-01-01T00:00:00Z")
PATTERNS = ("^a", "[[:alpha:]]+", "(?i)BETA", "(", "\\d+\\.\\d", "(a)\\1", "")
NETWORKS = ("10.0.0.0/8", "10.0.0.7", "::1", "nonsense", "192.168.0.0/16")


def one_of(*given: str) -> st.SearchStrategy[str]:
    return st.sampled_from(given)


def _constraint(
    operators: tuple[str, ...], values: tuple[str, ...], *, single: bool, least: int = 0
) -> st.SearchStrategy[dict[str, Any]]:
    flags = {"inverted": st.booleans(), "caseInsensitive": st.booleans()}
    common = {"contextName": one_of(*FIELDS), "operator": one_of(*operators), **flags}
    if single:
        return st.fixed_dictionaries({**common, "value": one_of(*values), "values": st.just([])})
    return st.fixed_dictionaries(
        {**common, "values": st.lists(one_of(*values), min_size=least, max_size=3)}
    )


constraints = st.one_of(
    _constraint(("IN", "NOT_IN"), TEXTS, single=False),
    _constraint(("STR_CONTAINS", "STR_STARTS_WITH", "STR_ENDS_WITH"), TEXTS, single=False, least=1),
    _constraint(("NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"), NUMBERS, single=True),
    _constraint(
        ("SEMVER_EQ", "SEMVER_GT", "SEMVER_LT", "SEMVER_GTE", "SEMVER_LTE"), VERSIONS, single=True
    ),
    _constraint(("DATE_AFTER", "DATE_BEFORE"), MOMENTS, single=True).map(
        lambda one: one | {"contextName": "currentTime"}
    ),
    _constraint(("REGEX",), PATTERNS, single=True),
    _constraint(("IN_CIDR",), NETWORKS, single=False, least=1),
)
percentages = st.integers(0, 100).map(str)
groups = one_of("g", "checkout", "größe")
sticky = one_of("userId", "sessionId", "plan")
variants = st.lists(
    st.fixed_dictionaries(
        {
            "name": one_of("red", "green", "blue"),
            "weight": st.integers(1, 1000),
            "stickiness": one_of("userId", "sessionId"),
            "payload": st.fixed_dictionaries(
                {"type": one_of("string", "json", "number"), "value": one_of("1", "{}", "text")}
            ),
        }
    ),
    max_size=3,
    unique_by=lambda one: one["name"],
)


def _parameters(name: str) -> st.SearchStrategy[dict[str, str]]:
    match name:
        case "flexibleRollout":
            return st.fixed_dictionaries(
                {"rollout": percentages, "stickiness": sticky}, optional={"groupId": groups}
            )
        case "gradualRolloutUserId" | "gradualRolloutSessionId":
            return st.fixed_dictionaries({"percentage": percentages, "groupId": groups})
        case "userWithId":
            return st.fixed_dictionaries({"userIds": one_of("a,b", "a, 7 ,42", "")})
        case "remoteAddress":
            return st.fixed_dictionaries({"IPs": one_of("10.0.0.7", "10.0.0.0/8, ::1", "x")})
    return st.just({})


def _strategy(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "name": st.just(name),
            "parameters": _parameters(name),
            "constraints": st.lists(constraints, max_size=2),
            "segments": st.lists(st.integers(1, 3), max_size=1),
            "variants": variants if name == "flexibleRollout" else st.just([]),
        }
    ).flatmap(_agreeing)


def _agreeing(strategy: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The first variant's stickiness is the strategy's, or left to it (see test_unleash_oracle)."""
    if not strategy["variants"]:
        return st.just(strategy)
    first, *others = strategy["variants"]
    inheriting = {key: value for key, value in first.items() if key != "stickiness"}
    agreeing = inheriting | {"stickiness": strategy["parameters"]["stickiness"]}
    return st.sampled_from((inheriting, agreeing)).map(
        lambda one: strategy | {"variants": [one, *others]}
    )


strategies = one_of(
    "default",
    "flexibleRollout",
    "gradualRolloutUserId",
    "gradualRolloutSessionId",
    "userWithId",
    "remoteAddress",
    "brandNew",
).flatmap(_strategy)

overriding = variants.flatmap(
    lambda some: st.lists(
        st.fixed_dictionaries(
            {
                "contextName": one_of("userId", "plan"),
                "values": st.lists(one_of(*TEXTS), min_size=1, max_size=2),
            }
        ),
        max_size=1,
    ).map(lambda o: [one | {"overrides": o} for one in some])
)


def _feature(name: str, parents: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    on = {"variants": st.lists(one_of("red", "green"), max_size=1)}
    named = {"feature": one_of(*parents)}
    parent = st.fixed_dictionaries({**named, **on}) | st.fixed_dictionaries(
        {**named, "enabled": st.just(False)}
    )
    return st.fixed_dictionaries(
        {
            "name": st.just(name),
            "enabled": st.sampled_from([True, True, True, False]),
            "strategies": st.lists(strategies, max_size=3),
            "variants": overriding,
            "dependencies": st.lists(parent, max_size=1),
        }
    )


segments = st.tuples(*[st.lists(constraints, max_size=2)] * 3).map(
    lambda three: [{"id": id_, "constraints": some} for id_, some in enumerate(three, start=1)]
)
states = st.fixed_dictionaries(
    {
        "version": st.just(2),
        "features": st.tuples(
            _feature("one", ("two", "unheard-of")),
            _feature("two", ("three",)),
            _feature("three", ("unheard-of",)),
        ).map(list),
        "segments": segments,
    }
)
contexts = st.fixed_dictionaries(
    {
        "userId": one_of(*TEXTS),
        "sessionId": one_of(*TEXTS),
        "currentTime": one_of(MOMENTS[1]),
    },
    optional={
        "remoteAddress": one_of("10.0.0.7", "::1", "x"),
        "environment": one_of("a", "Beta"),
        "appName": one_of("A"),
        "properties": st.dictionaries(
            one_of("plan", "score", "day"), one_of(*TEXTS, *GIVEN_VERSIONS)
        ),
    },
)
