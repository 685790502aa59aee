"""Exposure in words, for pages and for people at night. Pure."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from togglemesh.engine.operators.dates import seconds_of

log = logging.getLogger("toggles")

Rule = Mapping[str, Any]

_OPERATORS = {
    "IN": "is",
    "NOT_IN": "is not",
    "STR_STARTS_WITH": "starts with",
    "STR_ENDS_WITH": "ends with",
    "STR_CONTAINS": "contains",
    "NUM_EQ": "=",
    "NUM_GT": ">",
    "NUM_GTE": "≥",
    "NUM_LT": "<",
    "NUM_LTE": "≤",
}


# With one of these in `more`, the rules alone do not say who has the feature.
NARROWING = ("prerequisites", "lists", "schedule", "targeting", "default_variant")


def safely_in_words(enabled: bool, rules: Sequence[Rule], more: Rule | None = None) -> str:
    """The same for what is stored already: one that breaks must not take a whole list along."""
    try:
        return exposure_in_words(enabled, rules, more)
    except Exception:
        log.exception("toggles.no_words enabled=%s", enabled)
        return "Nobody can say who has it: its document is broken. Set the exposure anew."


def exposure_in_words(enabled: bool, rules: Sequence[Rule], more: Rule | None = None) -> str:
    """Who has the feature, e.g. `On for beta-users and 10 % of everyone else.`

    What `more` holds follows in sentences of its own.
    """
    more = more or {}
    if enabled and more.get("targeting"):
        first = "On: its targeting logic decides who has it."
    else:
        first = _rules_in_words(enabled, rules)
    return " ".join([first, *(more_in_words(more) if enabled else _steps(more))])


def more_in_words(more: Rule) -> list[str]:
    """Each a sentence: `Only where new-cart is on.`, `From 1 Dec 2026, 00:00 UTC: off.`"""
    told = [f"Only where {_prerequisite(one)}." for one in more.get("prerequisites", ())]
    for one in more.get("lists", ()):
        ids, field = one["ids"], one.get("field", "userId")
        shown = ", ".join(map(str, ids[:3])) + (f" and {len(ids) - 3} more" if ids[3:] else "")
        told.append(f"Whatever the rules say, {field} {shown} gets {one['variant']}.")
    if more.get("default_variant"):
        told.append(f"Whom no rule takes gets {more['default_variant']}.")
    return told + _steps(more)


def _prerequisite(one: Rule) -> str:
    if one.get("enabled") is False:
        return f"{one['feature']} is off"
    variants = " or ".join(one.get("variants", ()))
    return f"{one['feature']} is on" + (f" with {variants}" if variants else "")


def _steps(more: Rule) -> list[str]:
    return [f"From {_moment(one['at'])} on: {_step(one)}" for one in more.get("schedule", ())]


def _step(step: Rule) -> str:
    told = []
    if "enabled" in step:
        told.append("it is on" if step["enabled"] else "it is off")
    if "rules" in step:
        told.append("by the rules " + _rules_in_words(True, step["rules"]).rstrip(".").lower())
    rest = {name: step[name] for name in ("lists", "default_variant") if step.get(name)}
    return (
        ("; ".join(told) or "another exposure")
        + ". " * bool(rest)
        + " ".join(sentence.rstrip(".") for sentence in more_in_words(rest))
        + "."
    )


def _moment(text: str) -> str:
    seconds = seconds_of(text)
    if seconds is None:
        return text
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _rules_in_words(enabled: bool, rules: Sequence[Rule]) -> str:
    if not enabled:
        return "Off: nobody has it."
    told: list[str] = []
    for rule in rules:
        if rule.get("percentage", 100) > 0:
            told.append(_who(rule, first=not told) + _variants(rule))
        if _is_everyone(rule):
            break
    if not told:
        return "On, but exposed to nobody yet."
    return f"On for {_join(told)}."


def share_of_everyone(enabled: bool, rules: Sequence[Rule]) -> int:
    """The percentage that somebody gets who is in no segment; 0 to 100."""
    shares = [rule.get("percentage", 100) for rule in rules if not _is_conditional(rule)]
    return max(shares, default=0) if enabled else 0


def constraint_in_words(constraint: Rule) -> str:
    """E.g. `group is beta`, `not (plan is free or trial)`."""
    values = " or ".join(str(value) for value in constraint.get("values", []))
    operator = _OPERATORS.get(constraint.get("operator", ""), str(constraint.get("operator")))
    text = f"{constraint.get('field')} {operator} {values}"
    return f"not ({text})" if constraint.get("inverted") else text


def condition_in_words(condition: Rule) -> str:
    """A nested one, e.g. `(plan is gold or not (country is CH))`."""
    if "not" in condition:
        return f"not ({condition_in_words(condition['not'])})"
    if "segment" in condition:
        return f"in {condition['segment']}"
    for joint, word in (("all", " and "), ("any", " or ")):
        if joint in condition:
            return "(" + word.join(condition_in_words(one) for one in condition[joint]) + ")"
    return constraint_in_words(condition)


def _who(rule: Rule, *, first: bool) -> str:
    percentage = rule.get("percentage", 100)
    if not _is_conditional(rule):
        people = "everyone" if first else "everyone else"
    else:
        conditions = [constraint_in_words(c) for c in rule.get("constraints", [])]
        people = " in ".join(["", *rule.get("segments", [])]).removeprefix(" in ")
        if rule.get("when"):
            conditions.append(condition_in_words(rule["when"]))
        if conditions:
            people = (people or "those") + " with " + " and ".join(conditions)
    return people if percentage >= 100 else f"{percentage} % of {people}"


def _variants(rule: Rule) -> str:
    split = rule.get("split", [])
    names = [part["variant"] for part in split]
    if names in ([], ["on"]):
        return ""
    if len(set(names)) == 1:
        return f" (variant {names[0]})"
    whole = sum(part["weight"] for part in split) or 1
    return " (" + ", ".join(f"{p['variant']} {100 * p['weight'] // whole} %" for p in split) + ")"


def _is_conditional(rule: Rule) -> bool:
    return bool(rule.get("segments") or rule.get("constraints") or rule.get("when"))


def _is_everyone(rule: Rule) -> bool:
    return not _is_conditional(rule) and rule.get("percentage", 100) >= 100


def _join(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + " and " + parts[-1]
