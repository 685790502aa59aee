"""What the operators beyond text and numbers hold for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from wire_documents import constraint, feature, rule, snapshot

from togglemesh.engine import Engine, InvalidFeature, validate_feature
from togglemesh.engine.operators.dates import seconds_of


def holds(one: dict[str, Any], context: dict[str, Any]) -> bool:
    engine = Engine.from_snapshot(snapshot(feature(rules=[rule(constraints=[one])])))
    return engine.decide("new-checkout", context).variant == "on"


NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CASES = [
    ("DATE_AFTER", ["2026-01-01T00:00:00Z"], "2026-01-01T00:00:01Z", True),
    ("DATE_AFTER", ["2026-01-01T00:00:00Z"], "2026-01-01T00:00:00Z", False),
    ("DATE_AFTER", ["2026-06-01T11:00:00Z"], NOON, True),
    ("DATE_AFTER", ["2026-06-01T13:30:00+02:00"], NOON, True),
    ("DATE_BEFORE", ["2026-06-02"], date(2026, 6, 1), True),
    ("DATE_BEFORE", ["2026-06-02"], "2026-06-01 23:59:59", True),
    ("DATE_BEFORE", ["2026-06-02"], "yesterday", False),
    ("DATE_BEFORE", ["2026-06-02"], "2026-02-30", False),
    ("DATE_BEFORE", ["2026-06-02"], 5, False),
    ("SEMVER_EQ", ["1.2.3"], "1.2.3+build.7", True),
    ("SEMVER_EQ", ["1.2.3"], "v1.2.3", False),
    ("SEMVER_EQ", ["1.2.3"], "1.2", False),
    ("SEMVER_EQ", ["1.2.3"], "01.2.3", False),
    ("SEMVER_GT", ["1.2.3-rc.2"], "1.2.3-rc.10", True),
    ("SEMVER_GT", ["1.2.3-rc.1"], "1.2.3", True),
    ("SEMVER_LT", ["1.2.3-alpha.beta"], "1.2.3-alpha.1", True),
    ("SEMVER_LT", ["1.2.3-alpha.1"], "1.2.3-alpha", True),
    ("SEMVER_GTE", ["1.10.0"], "1.9.0", False),
    ("SEMVER_LTE", ["2.0.0"], "2.0.0", True),
    ("SEMVER_GT", ["1.0.0"], "9" * 5_000 + ".0.0", False),
    ("REGEX", ["^b.t"], "rabbit", False),
    ("REGEX", ["b+.t"], "rabbit", True),
    ("REGEX", ["^[[:alpha:]]+$"], "rabbit", True),
    ("REGEX", ["a(?i)B"], "ab", True),
    ("REGEX", ["(a)\\1"], "aa", False),
    ("REGEX", ["^.$"], "\ud800", True),
    ("REGEX", ["(x+x+)+y"], "x" * 5_000, False),
    ("IN_CIDR", ["10.0.0.0/8"], "10.200.0.1", True),
    ("IN_CIDR", ["10.0.0.0/8"], "11.0.0.1", False),
    ("IN_CIDR", ["10.0.0.7"], "10.0.0.7", True),
    ("IN_CIDR", ["2001:db8::/32"], "2001:db8::1", True),
    ("IN_CIDR", ["10.0.0.0/8"], "not an address", False),
    ("IN_CIDR", ["10.0.0.0/8"], "::ffff:10.0.0.1", True),
    ("IN_CIDR", ["10.0.0.0/8"], "::ffff:b00:1", False),
    ("IN_CIDR", ["::ffff:10.0.0.0/104"], "10.200.0.1", True),
    ("IN_CIDR", ["::ffff:10.0.0.1"], "10.0.0.1", True),
    ("IN_CIDR", ["::ffff:10.0.0.1"], "::FFFF:a00:1", True),
    ("IN_CIDR", ["::ffff:0:0/96"], "11.0.0.1", True),
    ("IN_CIDR", ["::/0"], "11.0.0.1", False),
    ("IN_CIDR", ["::a00:1"], "10.0.0.1", False),
    ("ARRAY_CONTAINS_ANY", ["a", "b"], ["b", "c"], True),
    ("ARRAY_CONTAINS_ANY", ["a", "b"], ["c"], False),
    ("ARRAY_CONTAINS_ANY", ["a"], "a", True),
    ("ARRAY_CONTAINS_ANY", ["7", "true"], [7.0, True], True),
    ("ARRAY_CONTAINS_ALL", ["a", "b"], ["b", "a", "c"], True),
    ("ARRAY_CONTAINS_ALL", ["a", "b"], ["a"], False),
    ("ARRAY_CONTAINS_NONE", ["a"], ["b"], True),
    ("ARRAY_CONTAINS_NONE", ["a"], [], True),
    ("ARRAY_CONTAINS_NONE", ["a"], ["a"], False),
    ("ARRAY_CONTAINS_ONLY", ["a", "b"], ["a"], True),
    ("ARRAY_CONTAINS_ONLY", ["a"], ["a", "b"], False),
    ("PRESENT", [], "x", True),
    ("PRESENT", [], 0, True),
    ("PRESENT", [], ["x"], True),
    ("PRESENT", [], {"a": 1}, True),
    ("PRESENT", [], [], False),
    ("PRESENT", [], "", False),
    ("PRESENT", [], None, False),
    ("ABSENT", [], None, True),
    ("ABSENT", [], "x", False),
]


@pytest.mark.parametrize(("operator", "values", "given", "expected"), CASES)
def test_operator__value_given__holds_as_it_says(
    operator: str, values: list[Any], given: Any, expected: bool
) -> None:
    one = constraint("field", operator, *values)
    assert holds(one, {"field": given}) is expected
    assert holds(one, {"properties": {"field": given}}) is expected
    assert holds(one | {"inverted": True}, {"field": given}) is not expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("DATE_AFTER", "2026-01-01", False),
        ("SEMVER_LT", "1.0.0", False),
        ("REGEX", ".*", False),
        ("IN_CIDR", "0.0.0.0/0", False),
        ("ARRAY_CONTAINS_ANY", "a", False),
        ("ARRAY_CONTAINS_ALL", "a", False),
        ("ARRAY_CONTAINS_ONLY", "a", False),
        ("ARRAY_CONTAINS_NONE", "a", True),
    ],
)
def test_operator__field_absent__is_false_but_for_none(
    operator: str, value: str, expected: bool
) -> None:
    assert holds(constraint("field", operator, value), {}) is expected
    assert holds(constraint("field", operator, value, inverted=True), {}) is not expected


@pytest.mark.parametrize("field", ["currentTime", "now"])
def test_date__present__is_the_clock_unless_the_context_says(field: str) -> None:
    past, future = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
    assert holds(constraint(field, "DATE_AFTER", past), {})
    assert not holds(constraint(field, "DATE_AFTER", future), {})
    assert holds(constraint(field, "DATE_AFTER", future), {field: "3000-01-01T00:00:00Z"})
    assert not holds(constraint(field, "DATE_AFTER", past), {field: "nonsense"})


@pytest.mark.parametrize(
    ("operator", "value", "given"),
    [("REGEX", "^b", "Beta"), ("ARRAY_CONTAINS_ANY", "BETA", ["beta"])],
)
def test_operator__case_insensitive__ignores_case(operator: str, value: str, given: Any) -> None:
    one = constraint("group", operator, value)
    assert not holds(one, {"group": given})
    assert holds(one | {"case_insensitive": True}, {"group": given})


@pytest.mark.parametrize(
    ("operator", "value", "problem"),
    [
        ("DATE_AFTER", "soon", "must be a moment"),
        ("SEMVER_EQ", "v1", "must be a version"),
        ("REGEX", "(", "must be a regular expression"),
        ("REGEX", "a(?=b)", "must be a regular expression"),
        ("REGEX", "x" * 2_001, "at most 2000"),
        ("IN_CIDR", "10.0.0.0/99", "must be an address"),
    ],
)
def test_value__its_operator_cannot_read_it__is_refused_only_at_the_edge(
    operator: str, value: str, problem: str
) -> None:
    document = feature(rules=[rule(constraints=[constraint("f", operator, value)])])
    with pytest.raises(InvalidFeature, match=problem) as caught:
        validate_feature(document)
    assert caught.value.field == "rules[0].constraints[0].values[0]"
    engine = Engine.from_snapshot(snapshot(document))
    assert engine.decide("new-checkout", {"f": value}).variant == "off"


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+00:01"])
def test_moment__outside_of_the_calendar_in_utc__is_no_moment(moment: str) -> None:
    document = feature(schedule=[{"at": moment, "enabled": True}])
    with pytest.raises(InvalidFeature, match=r"schedule\[0\]\.at: must be a moment"):
        validate_feature(document)
    assert seconds_of("9999-12-31T23:59:59.999Z") is not None
    assert seconds_of("0001-01-01T00:00:00Z") is not None
