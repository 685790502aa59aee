"""Conditions: constraints joined by all, any and not, as a tree that code is generated from.

An operator or a segment that is not known anywhere in a rule makes the whole rule match nobody:
guessing could give a feature to people whom it was to be kept from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from togglemesh.engine.constraints import Constraint, compile_constraint

Segments = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when all parts do; without parts it holds. `segment` is whose conditions they are."""

    parts: tuple["Condition", ...]
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one part does; without parts it does not hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Unknown:
    """What this version does not know; `what` tells people."""

    what: str


Condition = Constraint | AllOf | AnyOf | Not | Unknown


def rule_conditions(rule: Mapping[str, Any], segments: Segments) -> tuple[Condition, ...]:
    """All that must hold for a rule, besides its share."""
    found = [*_constraints(rule.get("constraints", ()))]
    found += (_segment(key, segments) for key in rule.get("segments", ()))
    if rule.get("when") is not None:
        found.append(condition_of(rule["when"], segments))
    return tuple(found)


def condition_of(document: Mapping[str, Any], segments: Segments) -> Condition:
    """The tree of a checked condition document."""
    if "all" in document:
        return AllOf(tuple(condition_of(part, segments) for part in document["all"]))
    if "any" in document:
        return AnyOf(tuple(condition_of(part, segments) for part in document["any"]))
    if "not" in document:
        return Not(condition_of(document["not"], segments))
    if "segment" in document:
        return _segment(document["segment"], segments)
    return _constraint(document)


def is_known(condition: Condition) -> bool:
    """Whether this version knows every part."""
    match condition:
        case Unknown():
            return False
        case AllOf() | AnyOf():
            return all(map(is_known, condition.parts))
        case Not():
            return is_known(condition.part)
    return True


def holds(condition: Condition, context: Mapping[str, Any]) -> bool:
    """What the generated code answers too; for explanations, which need each part by itself."""
    match condition:
        case AllOf():
            return all(holds(part, context) for part in condition.parts)
        case AnyOf():
            return any(holds(part, context) for part in condition.parts)
        case Not():
            return not holds(condition.part, context)
        case Unknown():
            return False
    return condition.test(context)


def segments_named(rule: Mapping[str, Any]) -> set[str]:
    """The keys of all segments that a rule asks."""
    named = set(rule.get("segments", ()))
    waiting = [rule["when"]] if rule.get("when") is not None else []
    while waiting:
        part = waiting.pop()
        named |= {part["segment"]} if "segment" in part else set()
        waiting += [*part.get("all", ()), *part.get("any", ())]
        waiting += [part["not"]] if "not" in part else []
    return named


def _segment(key: str, segments: Segments) -> Condition:
    segment = segments.get(key)
    if segment is None:
        return Unknown(f"segment {key!r}")
    parts = [*_constraints(segment.get("constraints", ()))]
    if segment.get("when") is not None:
        parts.append(condition_of(segment["when"], {}))
    return AllOf(tuple(parts), segment=key)


def _constraints(documents: Sequence[Mapping[str, Any]]) -> list[Condition]:
    return [_constraint(document) for document in documents]


def _constraint(document: Mapping[str, Any]) -> Condition:
    return compile_constraint(document) or Unknown(f"operator {document['operator']!r}")
