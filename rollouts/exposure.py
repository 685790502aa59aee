"""What the toggle's exposure is at a step. Pure.

Whoever had the feature before the rollout keeps it: rules that were in force stay in front, and a
share only ever grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from governance.refusals import Invalid
from rollouts.steps import Step
from toggles.plain_rules import SHARE, Rule, segment_rule, share_rule

ON = "on"


def rules_at(
    before: Sequence[Mapping[str, Any]], variant: str, steps: Sequence[Step], position: int
) -> list[Rule]:
    """The rules in force once the step at `position` is exposed.

    `before` are the rules that were in force when the rollout began: none if the toggle was off.
    """
    so_far = steps[: position + 1]
    share = max((s.percentage for s in so_far if s.percentage is not None), default=0)
    kept = [dict(rule) for rule in before if not (share and is_share(rule, variant))]
    taken = {rule.get("id") for rule in kept}
    segments = [segment_rule(s.segment, variant) for s in so_far if s.segment]
    added = [rule for rule in segments if rule["id"] not in taken]
    return kept + added + ([share_rule(share, variant)] if share else [])


def is_share(rule: Mapping[str, Any], variant: str) -> bool:
    """Whether it is a plain share of everyone for the variant, as rollouts write it."""
    return rule == share_rule(rule.get("percentage", 0), variant)


def check_raises(before: Sequence[Mapping[str, Any]], variant: str, steps: Sequence[Step]) -> None:
    """Invalid when a step would give the variant to no more people than have it already."""
    had = max((r["percentage"] for r in before if is_share(r, variant)), default=0)
    for step in steps:
        if step.percentage is not None and step.percentage <= had:
            raise Invalid(
                steps=f"{had} % have the feature already, so a step of {step.percentage} % gives "
                f"it to nobody new; begin above {had} %."
            )
    names = {rule.get("id") for rule in before}
    for step in steps:
        if step.segment in (names | {SHARE}) and step.segment:
            raise Invalid(steps=f"The exposure has a rule named {step.segment!r} already.")


def gives(
    enabled: bool,
    rules: Sequence[Mapping[str, Any]],
    variant: str,
    more: Mapping[str, Any] | None = None,
) -> bool:
    """Whether a toggle with this content gives the variant to anybody, now or on schedule."""
    more = more or {}
    if "targeting" in more:
        return enabled  # what its logic gives nobody can tell beforehand
    steps = more.get("schedule", ())
    if any(gives(s.get("enabled", True), s.get("rules", ()), variant, s) for s in steps):
        return True
    given = [p["variant"] for rule in rules if _takes(rule) for p in _parts(rule)]
    given += [one["variant"] for one in more.get("lists", ()) if one["ids"]]
    return enabled and variant in [*given, more.get("default_variant")]


def _takes(rule: Mapping[str, Any]) -> bool:
    return bool(rule.get("percentage", 100) > 0)


def _parts(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The split, and the lists that are asked before it."""
    lists = [one for one in rule.get("lists", ()) if one["ids"]]
    return [*(p for p in rule.get("split", ()) if p["weight"] > 0), *lists]


def in_words(variant: str, steps: Sequence[Step], position: int) -> str:
    """Who has the variant at the step: "beta-users, and 10 % of everyone else, have it"."""
    so_far = steps[: position + 1]
    share = max((s.percentage for s in so_far if s.percentage is not None), default=0)
    segments = [s.segment for s in so_far if s.segment]
    if share == 100:
        return f"everyone {'has' if variant == ON else 'gets'} {called(variant)}"
    have = f"{'have' if variant == ON else 'get'} {called(variant)}"
    if not segments:
        return f"{share} % of everyone {have}"
    people = " and ".join(segments)
    return f"{people}{f', and {share} % of everyone else,' if share else ''} {have}"


def called(variant: str) -> str:
    """The variant in a sentence: of a feature that is on or off, people say "it"."""
    return "it" if variant == ON else f"the variant {variant}"
