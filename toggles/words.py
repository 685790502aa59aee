"""Exposure in words, for pages and for people at night. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

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


def exposure_in_words(enabled: bool, rules: Sequence[Rule]) -> str:
    """One sentence: who has the feature, e.g. `On for beta-users and 10 % of everyone else.`"""
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


def _who(rule: Rule, *, first: bool) -> str:
    percentage = rule.get("percentage", 100)
    if not _is_conditional(rule):
        people = "everyone" if first else "everyone else"
    else:
        conditions = [constraint_in_words(c) for c in rule.get("constraints", [])]
        people = " in ".join(["", *rule.get("segments", [])]).removeprefix(" in ")
        if conditions:
            people = (people or "those") + " with " + " and ".join(conditions)
    return people if percentage >= 100 else f"{percentage} % of {people}"


def _variants(rule: Rule) -> str:
    split = rule.get("split", [])
    names = [part["variant"] for part in split]
    if names in ([], ["on"]):
        return ""
    if len(names) == 1:
        return f" (variant {names[0]})"
    whole = sum(part["weight"] for part in split) or 1
    return " (" + ", ".join(f"{p['variant']} {100 * p['weight'] // whole} %" for p in split) + ")"


def _is_conditional(rule: Rule) -> bool:
    return bool(rule.get("segments") or rule.get("constraints"))


def _is_everyone(rule: Rule) -> bool:
    return not _is_conditional(rule) and rule.get("percentage", 100) >= 100


def _join(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + " and " + parts[-1]
