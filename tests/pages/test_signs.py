"""What the rollout page makes of numbers and names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rollouts.models import RolloutState
from rollouts.pages.sparkline import HEIGHT, WIDTH, points_of, top_of
from rollouts.progress import HistoryPoint
from rollouts.templatetags.rollout import LOOKS, beside_word, linked, rate

AT = datetime(2026, 1, 1, tzinfo=UTC)


def history(*rates: float | None) -> list[HistoryPoint]:
    return [HistoryPoint(AT, 50.0, value, 1.0) for value in rates]


def test_points__rates__from_left_to_right_and_higher_is_worse() -> None:
    points = [
        tuple(map(float, p.split(",")))
        for p in points_of(history(0, 50, 100), baseline=False).split()
    ]
    assert [x for x, _ in points] == [0, WIDTH / 2, WIDTH]
    heights = [y for _, y in points]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= y <= HEIGHT for y in heights)


def test_points__moment_without_requests__left_out() -> None:
    assert len(points_of(history(0, None, 0), baseline=False).split()) == 2
    assert points_of(history(0), baseline=False) == ""


def test_top__little_noise__does_not_look_like_a_mountain() -> None:
    assert top_of(history(0.5, 1)) == 10
    assert top_of(history(0.5, 80)) == 80


def test_looks__every_state__has_a_word_an_icon_and_a_colour_of_its_own() -> None:
    assert set(LOOKS) == set(RolloutState)
    assert len({look[0] for look in LOOKS.values()}) == len(LOOKS)
    assert all(all(look) for look in LOOKS.values())


@pytest.mark.parametrize(
    ("headline", "state", "shown"),
    [
        ("Rolled back: as it was.", "rolled-back", "As it was."),
        ("Aborted.", "aborted", ""),
        ("Watching step 1.", "baking", "Watching step 1."),
    ],
)
def test_beside_word__word_in_front__not_said_twice(headline: str, state: str, shown: str) -> None:
    assert beside_word(headline, state) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "—"), (0.0, "0 %"), (0.44, "0.4 %"), (37.3, "37 %")]
)
def test_rate__value__short(value: float | None, shown: str) -> None:
    assert rate(value) == shown


def test_linked__person__stays_text() -> None:
    assert linked("<b>ada</b>") == "<b>ada</b>"  # escaped by the template, as it is not marked safe
    number = "56035cb7-b2e1-4c13-a770-73549f1c86b2"
    assert linked(f"rollout:{number}") == f'<a href="/rollouts/{number}/">rollout 56035cb7</a>'
