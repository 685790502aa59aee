"""From a rule's conditions to Unleash's constraints and segments, which all must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toggles.evaluator.unleash.constraints import Impossible, Said, inverted, say, say_all
from toggles.evaluator.unleash.unsayable import Unsayable

Document = Mapping[str, Any]


@dataclass(slots=True)
class Conditions:
    """`segments` are the keys of segments."""

    constraints: list[Said] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)


def say_conditions(rule: Document, segments: Mapping[str, Document]) -> Conditions:
    """Raises Unsayable; Impossible when the rule matches nobody."""
    said = Conditions(say_all(rule.get("constraints", ())))
    for key in rule.get("segments", ()):
        _add_segment(said, key, segments)
    if rule.get("when") is not None:
        _add(said, rule["when"], segments)
    return said


def say_segment(segment: Document) -> list[Said]:
    """A segment's constraints. Raises as `say_conditions`."""
    return say_conditions({**segment, "segments": ()}, {}).constraints


def _add(said: Conditions, part: Document, segments: Mapping[str, Document]) -> None:
    if "all" in part:
        for one in part["all"]:
            _add(said, one, segments)
    elif "segment" in part:
        _add_segment(said, part["segment"], segments)
    elif "not" in part and "operator" in part["not"]:
        said.constraints.append(inverted(say(part["not"])))
    elif "operator" in part:
        said.constraints.append(say(part))
    else:
        raise Unsayable("nested conditions other than `all`")


def _add_segment(said: Conditions, key: str, segments: Mapping[str, Document]) -> None:
    if key not in segments:
        raise Impossible
    say_segment(segments[key])  # one that cannot be said makes the rule unsayable
    said.segments.append(key)
