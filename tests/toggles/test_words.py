"""Exposure in words."""

from __future__ import annotations

from typing import Any

import pytest

from toggles.words import exposure_in_words, share_of_everyone


def rule(percentage: int = 100, *segments: str, **more: Any) -> dict[str, Any]:
    split = [{"variant": "on", "weight": 1}]
    return {"segments": list(segments), "percentage": percentage, "split": split, **more}


GOLD = {"field": "plan", "operator": "IN", "values": ["gold", "silver"]}
BLUE = [{"variant": "blue", "weight": 1}]
HALVES = [{"variant": "blue", "weight": 1}, {"variant": "red", "weight": 3}]


@pytest.mark.parametrize(
    ("enabled", "rules", "words"),
    [
        (False, [rule()], "Off: nobody has it."),
        (True, [], "On, but exposed to nobody yet."),
        (True, [rule(0)], "On, but exposed to nobody yet."),
        (True, [rule()], "On for everyone."),
        (True, [rule(10)], "On for 10 % of everyone."),
        (True, [rule(100, "beta"), rule(10)], "On for beta and 10 % of everyone else."),
        (True, [rule(0, "beta"), rule(10)], "On for 10 % of everyone."),
        (True, [rule(), rule(10)], "On for everyone."),
        (True, [rule(50, constraints=[GOLD])], "On for 50 % of those with plan is gold or silver."),
        (
            True,
            [rule(100, "beta", constraints=[{**GOLD, "inverted": True}])],
            "On for beta with not (plan is gold or silver).",
        ),
        (True, [rule(split=BLUE)], "On for everyone (variant blue)."),
        (True, [rule(split=HALVES)], "On for everyone (blue 25 %, red 75 %)."),
        (
            True,
            [rule(100, "beta"), rule(100, "staff"), rule(5)],
            "On for beta, staff and 5 % of everyone else.",
        ),
    ],
)
def test_exposure_in_words__rules__one_sentence(
    enabled: bool, rules: list[dict[str, Any]], words: str
) -> None:
    assert exposure_in_words(enabled, rules) == words


def test_share_of_everyone__segments_too__do_not_count() -> None:
    assert share_of_everyone(True, [rule(100, "beta"), rule(10)]) == 10
    assert share_of_everyone(True, [rule(100, "beta")]) == 0
    assert share_of_everyone(False, [rule(10)]) == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"prerequisites": [{"feature": "new-cart"}]}, "Only where new-cart is on."),
        (
            {"prerequisites": [{"feature": "old-cart", "enabled": False}]},
            "Only where old-cart is off.",
        ),
        (
            {"prerequisites": [{"feature": "cart", "variants": ["blue", "red"]}]},
            "Only where cart is on with blue or red.",
        ),
        (
            {"lists": [{"id": "deny", "ids": ["a", "b", "c", "d"], "variant": "off"}]},
            "Whatever the rules say, userId a, b, c and 1 more gets off.",
        ),
        ({"default_variant": "half"}, "Whom no rule takes gets half."),
        (
            {"schedule": [{"at": "2026-12-01T00:00:00Z", "enabled": False}]},
            "From 1 Dec 2026, 00:00 UTC on: it is off.",
        ),
        ({"metadata": {"a": 1}}, ""),
    ],
)
def test_exposure_in_words__more__told_after_the_rules(more: dict[str, Any], words: str) -> None:
    assert exposure_in_words(True, [rule(10)], more) == f"On for 10 % of everyone. {words}".strip()


def test_exposure_in_words__targeting__claims_nothing_of_rules() -> None:
    told = exposure_in_words(True, [], {"targeting": {"if": [True, "on"]}})
    assert told == "On: its targeting logic decides who has it."


def test_exposure_in_words__off_with_a_schedule__says_when_it_comes() -> None:
    more = {"schedule": [{"at": "2026-12-01", "enabled": True}], "default_variant": "on"}
    told = exposure_in_words(False, [], more)
    assert told == "Off: nobody has it. From 1 Dec 2026, 00:00 UTC on: it is on."


def test_exposure_in_words__nested_condition__told() -> None:
    when = {"any": [GOLD, {"not": {"segment": "staff"}}]}
    told = exposure_in_words(True, [rule(when=when)])
    assert told == "On for those with (plan is gold or silver or not (in staff))."
