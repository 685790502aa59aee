"""From our feature documents to Unleash's."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from togglemesh.engine.documents.variants import DISABLED
from togglemesh.engine.operators.dates import seconds_of
from toggles.evaluator.unleash.constraints import Said
from toggles.evaluator.unleash.payloads import is_plain
from toggles.evaluator.unleash.segment_ids import SegmentIds
from toggles.evaluator.unleash.strategies import Strategies
from toggles.evaluator.unleash.unsayable import Unsayable

log = logging.getLogger("evaluator")

Document = Mapping[str, Any]
STAGED = ("enabled", "lists", "rules", "default_variant")


def say_safely(
    document: Document,
    features: Mapping[str, Document],
    segments: Mapping[str, Document],
    ids: SegmentIds,
) -> Said:
    """As `say_feature`; one that breaks it is off for Unleash, and takes no other along."""
    try:
        said = say_feature(document, features, segments, ids)
        msgspec.json.encode(said)
    except Exception:
        log.exception("evaluator.broken_translation feature=%s", document.get("key"))
        return _feature(str(document.get("key")), "its document, which is broken")
    return said


def say_feature(
    document: Document,
    features: Mapping[str, Document],
    segments: Mapping[str, Document],
    ids: SegmentIds,
) -> Said:
    """The feature as Unleash has it; `description` says what it could not say."""
    stages = _stages(document)
    try:
        dependencies = _dependencies(document, features, segments, ids)
        strategies, why = _strategies(document, stages, segments, ids)
    except Unsayable as problem:
        dependencies, strategies, why = [], [], str(problem)
    if why:
        log.warning("evaluator.unsayable feature=%s why=%s", document["key"], why)
    said = _feature(document["key"], why)
    return {
        **said,
        "enabled": any(stage["enabled"] for _, stage in stages),
        "strategies": strategies or said["strategies"],
        "dependencies": dependencies,
    }


def _feature(key: str, why: str) -> Said:
    """One that nobody has."""
    return {
        "name": key,
        "type": "release",
        "enabled": False,
        "project": "default",
        "stale": False,
        "impressionData": False,
        "description": _warning(why),
        "strategies": [_never(key)],
        "variants": [],
        "dependencies": [],
    }


def _strategies(
    document: Document, stages: list[tuple[float, Document]], segments: Any, ids: SegmentIds
) -> tuple[list[Said], str]:
    said: list[Said] = []
    ends = [since for since, _ in stages[1:]]
    for (since, stage), until in zip(stages, [*ends, None], strict=True):
        if stage["enabled"]:
            found = Strategies(document, segments, ids)
            found.refused = _between(since, until)
            found.say(stage)
            said += found.said
            if found.why:
                return said, found.why
    return said, ""


def _dependencies(
    document: Document, features: Mapping[str, Document], segments: Any, ids: SegmentIds
) -> list[Said]:
    return [
        _dependency(one, features.get(one["feature"]), segments, ids)
        for one in document.get("prerequisites", ())
    ]


def _dependency(one: Document, parent: Document | None, segments: Any, ids: SegmentIds) -> Said:
    said = {"feature": one["feature"], "enabled": one.get("enabled", True)}
    if parent is None:
        return said
    if parent.get("prerequisites"):
        raise Unsayable(f"a prerequisite, {one['feature']!r}, that has prerequisites itself")
    _, why = _strategies(parent, _stages(parent), segments, ids)
    if why:
        raise Unsayable(f"the prerequisite {one['feature']!r}, {why}")
    variants = list(one.get("variants") or ())
    if variants and is_plain(parent):
        if not (parent["variants"].keys() - {parent["off_variant"]} | {DISABLED}) & set(variants):
            raise Unsayable(f"these variants of the prerequisite {one['feature']!r}")
        variants = []
    return {**said, "variants": variants} if variants else said


def _stages(document: Document) -> list[tuple[float, Document]]:
    """The document from each moment on (0: from ever), in the order of time."""
    staged: list[tuple[float, Document]] = [(0.0, document)]
    steps = [(seconds_of(step["at"]) or 0.0, step) for step in document.get("schedule", ())]
    for since, step in sorted(steps, key=lambda pair: pair[0]):
        changed = {name: step[name] for name in STAGED if name in step}
        staged.append((since, {**staged[-1][1], **changed}))
    return staged


def _between(since: float, until: float | None) -> list[Said]:
    said = [_before(since, inverted=True)] if since else []
    return said if until is None else [*said, _before(until, inverted=False)]


def _before(moment: float, *, inverted: bool) -> Said:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return {
        "contextName": "currentTime",
        "operator": "DATE_BEFORE",
        "value": text.replace("+00:00", "Z"),
        "values": [],
        "inverted": inverted,
        "caseInsensitive": False,
    }


def _never(key: str) -> Said:
    """A feature without strategies would be on for all."""
    return {
        "name": "flexibleRollout",
        "parameters": {"rollout": "0", "stickiness": "random", "groupId": key},
        "constraints": [],
        "segments": [],
        "variants": [],
    }


def _warning(why: str) -> str:
    return f"ToggleMesh: Unleash cannot say {why}; from there on it is off here." if why else ""
