"""The gate: a broken version is caught early, chance is let pass, missing counts stop it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.refusals import Invalid
from rollouts.chance import tail, upper_rate
from rollouts.gate import Judgement, Outcome, Pair, judge
from rollouts.policy import GatePolicy, plan_gate
from rollouts.traffic import Counts, Sample, counted, stands_still

START = datetime(2026, 1, 1, tzinfo=UTC)
PAIR = Pair("cart", "v2", "v1")
POLICY = GatePolicy()


class Counters:
    """Proxies' counters, sampled each second."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.counts = {"v1": [0, 0], "v2": [0, 0]}
        self.tick()

    def tick(self, v1: tuple[int, int] = (0, 0), v2: tuple[int, int] = (0, 0)) -> None:
        for version, grown in (("v1", v1), ("v2", v2)):
            pair = self.counts[version]
            self.counts[version] = [pair[0] + grown[0], pair[1] + grown[1]]
        at = START + timedelta(seconds=len(self.samples))
        self.samples.append(Sample(at, {"cart": {k: list(v) for k, v in self.counts.items()}}))

    @property
    def now(self) -> datetime:
        return self.samples[-1].at

    def judge(self, since: datetime = START, **policy: Any) -> Judgement:
        return judge(GatePolicy(**policy), self.samples, [PAIR], since=since, now=self.now)


def test_judge__broken_at_one_percent__caught_by_three_requests() -> None:
    counters = Counters()
    for second in range(9):
        counters.tick(v1=(40, 0), v2=(1, 1) if second % 3 == 0 else (0, 0))
    judgement = counters.judge()
    assert judgement.outcome == Outcome.FAILED
    assert (
        judgement.why
        == "cart v2 failed 3 of 3 requests (100.0%); v1 0.0%. Allowed are 5 points more."
    )


def test_judge__breaks_in_the_middle_of_much_traffic__caught_within_a_second() -> None:
    counters = Counters()
    for _ in range(60):
        counters.tick(v1=(100, 0), v2=(100, 0))
    assert counters.judge().outcome == Outcome.PASSED
    counters.tick(v1=(100, 0), v2=(100, 100))
    assert counters.judge().outcome == Outcome.FAILED


def test_judge__both_fail_alike__is_no_fault_of_the_new_version() -> None:
    counters = Counters()
    for _ in range(20):
        counters.tick(v1=(50, 25), v2=(50, 26))
    assert counters.judge().outcome == Outcome.PASSED


def test_judge__everyone_has_it__compared_with_the_baseline_before() -> None:
    counters = Counters()
    counters.tick(v1=(500, 100), v2=(0, 0))
    for _ in range(30):
        counters.tick(v2=(50, 10))
    assert counters.judge().outcome == Outcome.PASSED
    for _ in range(10):
        counters.tick(v2=(50, 25))
    assert counters.judge().outcome == Outcome.FAILED


def test_judge__few_requests__cannot_tell() -> None:
    counters = Counters()
    counters.tick(v1=(500, 0), v2=(9, 0))
    judgement = counters.judge()
    assert judgement.outcome == Outcome.FEW
    assert "cart v2 has had 9 requests in this step" in judgement.why
    counters.tick(v2=(1, 0))
    assert counters.judge().outcome == Outcome.PASSED


def test_judge__requests_of_the_step_before__do_not_count_as_this_ones() -> None:
    counters = Counters()
    counters.tick(v2=(100, 0))
    since = counters.now
    counters.tick(v2=(3, 0))
    assert counters.judge(since=since).outcome == Outcome.FEW


def test_judge__one_of_two_services_quiet__cannot_tell() -> None:
    counters = Counters()
    counters.tick(v2=(100, 0))
    pairs = [PAIR, Pair("web", "v2", "v1")]
    judgement = judge(POLICY, counters.samples, pairs, since=START, now=counters.now)
    assert judgement.outcome == Outcome.FEW
    assert judgement.why.startswith("web v2")


def test_judge__no_fresh_counts__is_blind() -> None:
    counters = Counters()
    counters.tick(v2=(100, 0))
    later = counters.now + timedelta(seconds=6)
    judged = judge(POLICY, counters.samples, [PAIR], since=START, now=later)
    assert judged.outcome == Outcome.BLIND
    assert judge(POLICY, [], [PAIR], since=START, now=START).outcome == Outcome.BLIND


def test_judge__no_routes__goes_by_time_alone() -> None:
    assert judge(POLICY, [], [], since=START, now=START).outcome == Outcome.PASSED


def test_counted__a_counter_falls__that_interval_counts_as_nothing() -> None:
    samples = [
        Sample(START, {"cart": {"v1": pair}}) for pair in ([1000, 5], [1010, 5], [400, 2], [420, 3])
    ]
    assert counted(samples, "cart", "v1") == Counts(30, 1)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_counted__split_anywhere__the_parts_add_up(grown: list[tuple[int, int]]) -> None:
    counters = Counters()
    for requests, errors in grown:
        counters.tick(v2=(requests, min(requests, errors)))
    whole = counted(counters.samples, "cart", "v2")
    assert whole.requests == sum(requests for requests, _ in grown)
    for cut in range(len(counters.samples)):
        left = counted(counters.samples[: cut + 1], "cart", "v2")
        assert left + counted(counters.samples[cut:], "cart", "v2") == whole


def test_stands_still__after_the_last_request__grows_with_time() -> None:
    counters = Counters()
    counters.tick(v2=(5, 0))
    assert stands_still(counters.samples, [("cart", "v2")]) == 0
    counters.tick(v1=(5, 0))
    counters.tick(v1=(5, 0))
    assert stands_still(counters.samples, [("cart", "v2")]) == 2


def false_alarms(rate: float, share: float, rollouts: int, seconds: int) -> int:
    """How many of so many rollouts are taken back although both versions fail alike."""
    dice = random.Random(f"{rate} {share}")
    alarms = 0
    for _ in range(rollouts):
        counters = Counters()
        for _ in range(seconds):
            counters.tick(*(_second(dice, rate, part) for part in (1 - share, share)))
            if counters.judge().outcome == Outcome.FAILED:
                alarms += 1
                break
    return alarms


def _second(dice: random.Random, rate: float, part: float, requests: int = 20) -> tuple[int, int]:
    came = sum(dice.random() < part for _ in range(requests))
    return came, sum(dice.random() < rate for _ in range(came))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("rate", [0.0, 0.01, 0.05, 0.2, 0.5])
def test_judge__both_versions_equal__chance_takes_nothing_back(rate: float, share: float) -> None:
    assert false_alarms(rate, share, rollouts=50, seconds=60) == 0


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_judge__new_version_fails_always__always_taken_back(share: float) -> None:
    dice = random.Random(7)
    for _ in range(20):
        counters = Counters()
        for _ in range(90):
            good, bad = _second(dice, 0.01, 1 - share), _second(dice, 1.0, share)
            counters.tick(good, bad)
        assert counters.judge().outcome == Outcome.FAILED


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99))
def test_tail__any_counts__is_a_chance_that_falls_with_hits(
    hits: int, tries: int, rate: float
) -> None:
    assert 0.0 <= tail(hits + 1, tries, rate) <= tail(hits, tries, rate) <= 1.0


def test_tail__known_values__agree_with_the_binomial() -> None:
    assert tail(3, 3, 0.05) == pytest.approx(0.05**3)
    assert tail(2, 4, 0.25) == pytest.approx(1 - 0.75**4 - 4 * 0.25 * 0.75**3)
    assert tail(60_000, 100_000, 0.5) == pytest.approx(0.0, abs=1e-12)


@given(st.integers(0, 500), st.integers(1, 500))
def test_upper_rate__any_counts__lies_above_what_was_seen(hits: int, tries: int) -> None:
    hits = min(hits, tries)
    assert hits / tries <= upper_rate(hits, tries) + 1e-9 <= 1.0 + 1e-9


@pytest.mark.parametrize(
    "wish",
    [
        [],
        {"speed": 3},
        {"window_seconds": 0},
        {"window_seconds": 10.5},
        {"min_requests": "many"},
        {"min_errors": True},
        {"margin_points": 101},
        {"on_no_traffic": "guess"},
        {"extra_bakes": -1},
    ],
)
def test_plan_gate__senseless__refused_naming_gate(wish: Any) -> None:
    with pytest.raises(Invalid) as refused:
        plan_gate(wish)
    assert list(refused.value.errors) == ["gate"]


def test_plan_gate__nothing_asked__has_the_defaults() -> None:
    assert plan_gate(None) == plan_gate({}) == POLICY
