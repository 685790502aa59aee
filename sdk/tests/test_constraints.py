"""What each operator holds for, absent fields and modifiers included."""

from typing import Any

import pytest
from wire_documents import constraint, feature, rule, snapshot

from togglemesh.engine import Engine


def holds(one: dict[str, Any], context: dict[str, Any]) -> bool:
    engine = Engine.from_snapshot(snapshot(feature(rules=[rule(constraints=[one])])))
    return engine.decide("new-checkout", context).variant == "on"


CASES = [
    ("IN", ["a", "b"], "b", True),
    ("IN", ["a", "b"], "c", False),
    ("IN", [], "a", False),
    ("IN", [7], "7", True),
    ("IN", ["7"], 7.0, True),
    ("IN", ["true"], True, True),
    ("NOT_IN", ["a"], "b", True),
    ("NOT_IN", ["a"], "a", False),
    ("NOT_IN", [], "a", True),
    ("STR_STARTS_WITH", ["x", "ab"], "abc", True),
    ("STR_STARTS_WITH", ["b"], "abc", False),
    ("STR_ENDS_WITH", ["bc"], "abc", True),
    ("STR_ENDS_WITH", ["b"], "abc", False),
    ("STR_CONTAINS", ["q", "b"], "abc", True),
    ("STR_CONTAINS", ["B"], "abc", False),
    ("NUM_EQ", [5], "5.0", True),
    ("NUM_EQ", ["5"], 5, True),
    ("NUM_GT", [5], 5, False),
    ("NUM_GT", [5], "6", True),
    ("NUM_GTE", [5], 5, True),
    ("NUM_LT", [5], 4.5, True),
    ("NUM_LT", [5], 5, False),
    ("NUM_LTE", [5], "5", True),
    ("NUM_EQ", [1], True, False),
    ("NUM_GT", [5], "nan", False),
    ("NUM_GT", [5], "1_000", False),
    ("NUM_GT", [5], "many", False),
    ("NUM_GT", [5], "١٢", False),
]


@pytest.mark.parametrize(("operator", "values", "given", "expected"), CASES)
def test_constraint__value_given__holds_as_the_operator_says(
    operator: str, values: list[Any], given: Any, expected: bool
) -> None:
    one = constraint("field", operator, *values)
    assert holds(one, {"field": given}) is expected
    assert holds(one | {"inverted": True}, {"field": given}) is not expected


@pytest.mark.parametrize("absent", [None, "", [], {}, float("nan"), ["a"], {"a": 1}])
@pytest.mark.parametrize(
    "operator", ["IN", "NOT_IN", "STR_STARTS_WITH", "STR_CONTAINS", "NUM_LT", "NUM_EQ"]
)
def test_constraint__field_absent__is_false_but_for_not_in(operator: str, absent: Any) -> None:
    one = constraint("field", operator, "1")
    expected = operator == "NOT_IN"
    assert holds(one, {}) is expected
    assert holds(one, {"field": absent}) is expected
    assert holds(one | {"inverted": True}, {"field": absent}) is not expected


@pytest.mark.parametrize(
    ("operator", "value", "given"),
    [("IN", "Beta", "bETA"), ("STR_STARTS_WITH", "BE", "beta"), ("STR_CONTAINS", "ET", "beta")],
)
def test_constraint__case_insensitive__ignores_case(operator: str, value: str, given: str) -> None:
    one = constraint("group", operator, value)
    assert not holds(one, {"group": given})
    assert holds(one | {"case_insensitive": True}, {"group": given})


@pytest.mark.parametrize("inverted", [False, True])
def test_constraint__unknown_operator__keeps_the_rule_from_matching(inverted: bool) -> None:
    assert not holds(constraint("f", "QUANTUM", "a", inverted=inverted), {"f": "a"})


def test_lookup__field_on_both_levels__takes_the_top_level() -> None:
    one = constraint("plan", "IN", "top")
    assert holds(one, {"plan": "top", "properties": {"plan": "deep"}})
    assert not holds(one, {"plan": "deep", "properties": {"plan": "top"}})
    assert holds(one, {"plan": "", "properties": {"plan": "top"}})
    assert holds(one, {"properties": {"plan": "top"}})


@pytest.mark.parametrize("field", ["userId", "targetingKey"])
def test_lookup__user_id_and_targeting_key__user_id_wins(field: str) -> None:
    one = constraint(field, "IN", "u")
    assert holds(one, {"targetingKey": "u"})
    assert holds(one, {"userId": "u", "targetingKey": "t"})
    assert not holds(one, {"userId": "t", "targetingKey": "u"})
