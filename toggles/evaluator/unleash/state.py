"""One environment as Unleash would have it, kept up with each change."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import msgspec

from toggles.evaluator.unleash.conditions import say_segment
from toggles.evaluator.unleash.constraints import Impossible, Said
from toggles.evaluator.unleash.features import say_safely
from toggles.evaluator.unleash.segment_ids import number_segments
from toggles.evaluator.unleash.unsayable import Unsayable

log = logging.getLogger("evaluator")

Document = dict[str, Any]


class UnleashState:
    """`features` by key, sorted when they are given out; `events` are what the last change means
    in Unleash's words."""

    features: dict[str, Said]

    def __init__(self, snapshot: Document) -> None:
        self.events: list[Document] = []
        self._lists: dict[bool, msgspec.Raw] = {}
        self._begin(snapshot)

    def change(self, snapshot: Document, change: Document, touched: Iterable[str]) -> None:
        """Take in a change that the snapshot has; `touched` may decide differently now."""
        number, kind = change["number"], change["kind"]
        self.events, self._lists = [], {}
        before = self.features
        self.features = dict(before)
        if kind.startswith("segment"):
            self._change_segment(snapshot, change["key"])
        for key in {*touched, *_children(snapshot["features"], touched)}:
            self._say(key, snapshot)
        for key in sorted(before.keys() | self.features.keys()):
            if before.get(key) is not self.features.get(key):
                self._tell(key, before.get(key), self.features.get(key))
        self.events = [{**event, "eventId": number} for event in self.events]

    def hydration(self, number: int) -> Document:
        """The delta API's event that holds everything."""
        return {
            "type": "hydration",
            "eventId": number,
            "features": self.all_features(),
            "segments": self.all_segments(),
        }

    def feature_list(self, *, inline: bool) -> msgspec.Raw:
        """All features as JSON; with `inline` a segment's constraints stand in its place."""
        if inline not in self._lists:
            features = self.all_features()
            said = [self.inlined(one) for one in features] if inline else features
            self._lists[inline] = msgspec.Raw(msgspec.json.encode(said))
        return self._lists[inline]

    def inlined(self, feature: Said) -> Said:
        """The feature without segments, for SDKs that know none."""
        by_id = {segment["id"]: segment["constraints"] for segment in self.segments.values()}
        strategies = []
        for strategy in feature["strategies"]:
            held = [one for identity in strategy["segments"] for one in by_id[identity]]
            rest = {name: value for name, value in strategy.items() if name != "segments"}
            strategies.append({**rest, "constraints": [*strategy["constraints"], *held]})
        return {**feature, "strategies": strategies}

    def all_features(self) -> list[Said]:
        return [self.features[key] for key in sorted(self.features)]

    def all_segments(self) -> list[Said]:
        return [self.segments[key] for key in sorted(self.segments)]

    def _begin(self, snapshot: Document) -> None:
        documents = snapshot["segments"]
        self.ids = number_segments(documents)
        self.segments = {
            key: said for key in documents if (said := self._segment(key, documents)) is not None
        }
        self.features = {}
        for key in snapshot["features"]:
            self._say(key, snapshot)

    def _say(self, key: str, snapshot: Document) -> None:
        document = snapshot["features"].get(key)
        if document is None:
            self.features.pop(key, None)
            return
        self.features[key] = say_safely(
            document, snapshot["features"], snapshot["segments"], self.ids
        )

    def _segment(self, key: str, documents: Document) -> Said | None:
        try:
            return {
                "id": self.ids[key],
                "name": key,
                "constraints": say_segment(documents[key]),
            }
        except (Unsayable, Impossible):
            return None  # no strategy names it
        except Exception:
            log.exception("evaluator.broken_translation segment=%s", key)
            return None

    def _change_segment(self, snapshot: Document, key: str) -> None:
        before, ids = self.segments, self.ids
        if snapshot["segments"].keys() != ids.keys():
            self.ids = number_segments(snapshot["segments"])
        if any(ids.get(one, number) != number for one, number in self.ids.items()):
            self._begin(snapshot)  # two keys with one hash: rare enough
        else:
            said = self._segment(key, snapshot["segments"]) if key in self.ids else None
            self.segments = {k: v for k, v in before.items() if k != key}
            if said is not None:
                self.segments[key] = said
        # Before the features: one of them may be the first to name it.
        for name, segment in self.segments.items():
            if before.get(name) != segment:
                self.events.append({"type": "segment-updated", "segment": segment})
        kept = {segment["id"] for segment in self.segments.values()}
        for segment in before.values():
            if segment["id"] not in kept:
                self.events.append({"type": "segment-removed", "segmentId": segment["id"]})

    def _tell(self, key: str, before: Said | None, after: Said | None) -> None:
        if after is None:
            self.events.append(
                {"type": "feature-removed", "featureName": key, "project": "default"}
            )
        elif after != before:
            self.events.append({"type": "feature-updated", "feature": after})


def _children(documents: Document, touched: Iterable[str]) -> set[str]:
    """Those who require one of them: whether that can be said depends on it."""
    wanted = set(touched)
    return {
        key
        for key, document in documents.items()
        if any(one["feature"] in wanted for one in document.get("prerequisites", ()))
    }
