"""Steps that a person asks for: what is refused, and by which field."""

from __future__ import annotations

from typing import Any

import pytest

from governance.refusals import Invalid
from rollouts.steps import Step, plan_steps


def test_plan_steps__segment_then_percentages__kept_in_order() -> None:
    wishes = [{"segment": "beta-users", "bake_seconds": 5}, {"percentage": 1}, {"percentage": 100}]
    assert plan_steps(wishes) == [
        Step("beta-users", None, 5),
        Step("", 1, 30),
        Step("", 100, 30),
    ]


@pytest.mark.parametrize(
    "wishes",
    [
        [],
        "1,10,100",
        [7],
        [{}],
        [{"segment": "beta-users", "percentage": 10}],
        [{"segment": 7}],
        [{"percentage": 0}],
        [{"percentage": 101}],
        [{"percentage": -1}],
        [{"percentage": True}],
        [{"percentage": 1.5}],
        [{"percentage": "10"}],
        [{"percentage": 10}, {"percentage": 10}],
        [{"percentage": 50}, {"segment": "beta-users"}, {"percentage": 10}],
        [{"segment": "beta-users"}, {"segment": "beta-users"}],
        [{"percentage": 10, "bake_seconds": 0}],
        [{"percentage": 10, "bake_seconds": None}],
        [{"percentage": 10, "bake_seconds": 10**9}],
    ],
)
def test_plan_steps__senseless__refused_naming_steps(wishes: Any) -> None:
    with pytest.raises(Invalid) as refused:
        plan_steps(wishes)
    assert list(refused.value.errors) == ["steps"]
