"""Rule 4, by the real engine: a later step never takes the feature from anyone who had it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.refusals import Invalid
from rollouts.exposure import check_raises, gives, in_words, rules_at
from rollouts.steps import Step, plan_steps
from togglemesh.engine import Engine

SEGMENTS = {
    name: {"key": name, "constraints": [{"field": "group", "operator": "IN", "values": [name]}]}
    for name in ("beta-users", "staff")
}
PEOPLE = [
    {"userId": f"user-{number}", "group": group}
    for number in range(60)
    for group in ("beta-users", "staff", "nobody")
]
percentages = st.lists(st.integers(1, 100), min_size=1, max_size=5, unique=True).map(sorted)


@st.composite
def wishes(draw: st.DrawFn, above: int = 0) -> list[Step]:
    """Steps in any sensible order: segments anywhere among rising percentages."""
    found: list[dict[str, Any]] = [{"percentage": p} for p in draw(percentages) if p > above]
    for segment in draw(st.permutations(["beta-users", "staff"])):
        found.insert(draw(st.integers(0, len(found))), {"segment": segment})
    return plan_steps(found)


def exposed(rules: list[dict[str, Any]]) -> set[int]:
    """Indices of the people whom the engine gives `on`."""
    feature = {
        "key": "new-checkout",
        "enabled": True,
        "revision": 1,
        "variants": {"off": {"value": False}, "on": {"value": True}},
        "off_variant": "off",
        "carried": True,
        "rules": rules,
    }
    engine = Engine.from_snapshot(
        {
            "format": 1,
            "environment": "production",
            "number": 1,
            "segments": SEGMENTS,
            "features": {"new-checkout": feature},
        }
    )
    return {
        number
        for number, person in enumerate(PEOPLE)
        if engine.decide("new-checkout", person).variant == "on"
    }


@given(wishes())
def test_rules_at__next_step__contains_everybody_of_the_step_before(steps: list[Step]) -> None:
    had: set[int] = set()
    for position in range(len(steps)):
        has = exposed(rules_at([], "on", steps, position))
        assert had <= has
        had = has


@given(st.integers(1, 40), st.data())
def test_rules_at__feature_exposed_before__nobody_loses_it(share: int, data: st.DataObject) -> None:
    before = rules_at([], "on", [Step("", share, 1)], 0)
    staff = {**before[0], "id": "by-hand", "segments": ["staff"], "percentage": 50}
    steps = data.draw(wishes(above=share))
    check_raises([staff, *before], "on", steps)
    had = exposed([staff, *before])
    for position in range(len(steps)):
        assert had <= exposed(rules_at([staff, *before], "on", steps, position))


def test_rules_at__everyone__ends_with_everyone() -> None:
    steps = plan_steps([{"segment": "staff"}, {"percentage": 100}])
    assert exposed(rules_at([], "on", steps, 1)) == set(range(len(PEOPLE)))


def test_check_raises__no_more_than_before__refused() -> None:
    before = rules_at([], "on", [Step("", 25, 1)], 0)
    with pytest.raises(Invalid, match="begin above 25 %"):
        check_raises(before, "on", [Step("", 10, 1)])


def test_check_raises__segment_of_a_rule_in_force__refused() -> None:
    before = rules_at([], "on", [Step("staff", None, 1)], 0)
    with pytest.raises(Invalid, match="'staff' already"):
        check_raises(before, "on", [Step("staff", None, 1)])


@pytest.mark.parametrize(
    ("enabled", "percentage", "variant", "expected"),
    [
        (True, 10, "on", True),
        (False, 10, "on", False),
        (True, 0, "on", False),
        (True, 9, "b", False),
    ],
)
def test_gives__content_of_a_toggle__says_whether_anybody_gets_it(
    enabled: bool, percentage: int, variant: str, expected: bool
) -> None:
    rules = [{"percentage": percentage, "split": [{"variant": variant, "weight": 1}]}]
    assert gives(enabled, rules, "on") is expected


@pytest.mark.parametrize(
    ("position", "sentence"),
    [
        (0, "staff have it"),
        (1, "staff, and 10 % of everyone else, have it"),
        (2, "everyone has it"),
    ],
)
def test_in_words__each_step__says_who(position: int, sentence: str) -> None:
    steps = plan_steps([{"segment": "staff"}, {"percentage": 10}, {"percentage": 100}])
    assert in_words("on", steps, position) == sentence
