"""Segments that differ from those there are: an import brings them in under names of its own.

Segments are the same in every environment, so overwriting one would change environments that the
import is not for, and features that it does not bring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from governance.dependents import SHOWN, dependents_of
from governance.names import LONGEST
from toggles.imports.wanted import Document, Wanted, WantedFeature
from toggles.models import Segment

PLACE_LENGTH = 30  # of an environment's key in a name
PLACES = ("rules", "schedule")  # where an exposure names segments


def settle_segments(wanted: Wanted, *, environment: str, overwrite: bool) -> Wanted:
    """The same, with a name of its own for each segment that may not be overwritten.

    `segment_notes` says why, by the new name; `overwritten` are those that may be.
    """
    there = _contents()
    names: dict[str, str] = {}
    notes: dict[str, str] = {}
    overwritten: set[str] = set()
    for key, one in wanted.segments.items():
        if key not in there or not isinstance(one, Mapping) or there[key] == _content(one):
            continue
        others = _others(key, wanted, environment) if overwrite else []
        if overwrite and not others:
            overwritten.add(key)
            continue
        taken = {*wanted.segments, *names.values()}
        names[key] = _own_name(key, environment, _content(one), there, taken)
        notes[names[key]] = _why(key, others)
    renamed = {names.get(key, key): one for key, one in wanted.segments.items()}
    features = {key: _renamed(one, names) for key, one in wanted.features.items()}
    return replace(
        wanted,
        segments=renamed,
        features=features,
        segment_notes=notes,
        overwritten=frozenset(overwritten),
    )


def content_of(segment: Segment) -> tuple[Any, Any]:
    """What decides who is in it."""
    return segment.constraints, segment.when


def _contents() -> dict[str, tuple[Any, Any]]:
    return {one.key: content_of(one) for one in Segment.objects.all()}


def _content(document: Mapping[str, Any]) -> tuple[Any, Any]:
    return document.get("constraints"), document.get("when")


def _others(key: str, wanted: Wanted, environment: str) -> list[str]:
    """Who asks for the segment beside what this import brings."""
    ours = {f"the feature {feature} in {environment}" for feature in wanted.features}
    return [one for one in dependents_of("segment", key) if one not in ours]


def _own_name(
    key: str,
    environment: str,
    content: tuple[Any, Any],
    there: Mapping[str, tuple[Any, Any]],
    taken: Collection[str],
) -> str:
    """The first free one, or one that has this content already: an import of before made it."""
    for number in range(1, len(there) + len(taken) + 2):
        end = f"-{environment[:PLACE_LENGTH]}" + (f"-{number}" if number > 1 else "")
        name = key[: LONGEST - len(end)].rstrip("-") + end
        if name not in taken and there.get(name, content) == content:
            return name
    raise RuntimeError("of so many names one is free")


def _why(key: str, others: list[str]) -> str:
    if not others:
        return f"the segment {key} has another content, which stays as it is"
    told = ", ".join(others[:SHOWN]) + (" and others" if others[SHOWN:] else "")
    return f"the segment {key} has another content, which {told} asks for"


def _renamed(feature: WantedFeature, names: Mapping[str, str]) -> WantedFeature:
    if not names:
        return feature
    more: Document = {
        part: _rename(value, names) if part in PLACES else value
        for part, value in feature.more.items()
    }
    return replace(feature, rules=_rename(feature.rules, names), more=more)


def _rename(part: Any, names: Mapping[str, str]) -> Any:
    """The same with segments by their new names, in lists of rules and in conditions."""
    if isinstance(part, list):
        return [_rename(one, names) for one in part]
    if not isinstance(part, Mapping):
        return part
    return {name: _rename_member(name, inner, names) for name, inner in part.items()}


def _rename_member(name: Any, inner: Any, names: Mapping[str, str]) -> Any:
    if name == "segments" and isinstance(inner, list):
        return _each(inner, names)
    if name == "segment" and isinstance(inner, str):
        return names.get(inner, inner)
    return _rename(inner, names)


def _each(keys: Iterable[Any], names: Mapping[str, str]) -> list[Any]:
    return [names.get(key, key) if isinstance(key, str) else key for key in keys]
