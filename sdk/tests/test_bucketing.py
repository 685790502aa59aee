"""Buckets: the vectors of the Unleash client specification, and what must hold for any id."""

from collections import Counter

import mmh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from togglemesh.engine import share_bucket, split_point

ids = st.text(st.characters(codec=None), min_size=1)


@pytest.mark.parametrize(
    ("text", "seed", "expected"),
    [
        ("Feature.flexibleRollout.10:174", 0, 3067997709),
        ("Feature.flexibleRollout.10:499", 0, 330494531),
        ("a:5", 86028157, 2623610406),
        ("a:0", 86028157, 1421207907),
    ],
)
def test_hash__known_vector__gives_its_number(text: str, seed: int, expected: int) -> None:
    assert mmh3.hash(text, seed, signed=False) == expected


@pytest.mark.parametrize(("id_", "bucket"), [("174", 10), ("499", 32)])
def test_share_bucket__known_vector__gives_its_bucket(id_: str, bucket: int) -> None:
    assert share_bucket("Feature.flexibleRollout.10", id_) == bucket


@pytest.mark.parametrize(("id_", "point"), [("5", 1), ("0", 2)])
def test_split_point__known_vector__gives_its_point(id_: str, point: int) -> None:
    assert split_point("a", id_, 2) == point


@given(ids)
def test_share_bucket__any_id__is_the_same_again_and_in_range(id_: str) -> None:
    assert share_bucket("f", id_) == share_bucket("f", id_)
    assert 1 <= share_bucket("f", id_) <= 100


@given(ids, st.integers(1, 10_000))
def test_split_point__any_id__is_in_range(id_: str, total: int) -> None:
    assert 1 <= split_point("f", id_, total) <= total


def test_share_bucket__half_a_surrogate_pair__has_a_bucket() -> None:
    assert 1 <= share_bucket("f", "\ud800") <= 100


def test_share_bucket__many_ids__spread_over_all_buckets() -> None:
    counts = Counter(share_bucket("new-checkout", f"user-{n}") for n in range(20_000))
    # 200 each are expected; six standard deviations are about 85.
    assert len(counts) == 100
    assert all(115 < count < 285 for count in counts.values())


def test_share_bucket__two_features__do_not_take_the_same_users() -> None:
    users = [f"user-{n}" for n in range(5_000)]
    first = {user for user in users if share_bucket("one", user) <= 10}
    both = {user for user in first if share_bucket("two", user) <= 10}
    assert len(both) < len(first) / 4
