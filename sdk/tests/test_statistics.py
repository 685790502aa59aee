"""Shares and splits as statistics, over fixed ids: the same numbers at each run."""

from collections import Counter
from itertools import pairwise

from wire_documents import feature, rule, snapshot

from togglemesh.engine import Engine

USERS = [f"user-{n}" for n in range(10_000)]


def taken(key: str, percentage: int) -> set[str]:
    document = feature(key, rules=[rule(percentage=percentage)])
    decide = Engine.from_snapshot(snapshot(document)).decide
    return {user for user in USERS if decide(key, {"userId": user}).variant == "on"}


def test_percentage__raised_step_by_step__only_ever_adds_people() -> None:
    steps = [taken("new-checkout", percentage) for percentage in range(0, 101, 5)]
    assert not steps[0]
    assert len(steps[-1]) == len(USERS)
    assert all(before < after for before, after in pairwise(steps))


def test_percentage__any_feature__takes_its_share() -> None:
    """Chi-squared over 40 features: the sum of squared deviations, in variances."""
    share, chi_squared = 0.3, 0.0
    variance = len(USERS) * share * (1 - share)
    for n in range(40):
        deviation = len(taken(f"feature-{n}", 30)) - len(USERS) * share
        chi_squared += deviation**2 / variance
    assert 16 < chi_squared < 73  # 40 degrees of freedom: outside once in 1,000


def test_features__any_two__are_independent() -> None:
    one, other = taken("one", 50), taken("two", 50)
    both, neither = len(one & other), len(set(USERS) - one - other)
    odds = both * neither / (len(one - other) * len(other - one))
    assert 0.85 < odds < 1.18  # 1 for independent ones; four standard deviations


def test_share_and_split__of_one_feature__are_independent() -> None:
    split = [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]
    document = feature(rules=[rule(id="r", percentage=20, split=split)])
    decide = Engine.from_snapshot(snapshot(document)).decide
    found = Counter(
        decision.variant
        for user in USERS
        if (decision := decide("new-checkout", {"userId": user})).rule == "r"
    )
    assert abs(found["on"] - found["off"]) < 4 * sum(found.values()) ** 0.5


def test_split__weights__are_kept() -> None:
    split = [{"variant": "on", "weight": 7}, {"variant": "off", "weight": 3}]
    decide = Engine.from_snapshot(snapshot(feature(rules=[rule(split=split)]))).decide
    found = Counter(decide("new-checkout", {"userId": user}).variant for user in USERS)
    assert abs(found["on"] - 7_000) < 4 * (len(USERS) * 0.7 * 0.3) ** 0.5
