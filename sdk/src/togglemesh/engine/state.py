"""What an engine knows: documents, and what they compile to.

A change of one feature replaces entries in place, each in one step that no reader can see half
of, and in constant time. A change that touches several features at once (a segment's) builds the
next state aside; the engine swaps it in whole.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from togglemesh.engine.compile import CompiledFeature, Decide, compile_feature
from togglemesh.engine.decision import Decision
from togglemesh.engine.documents import validate_feature, validate_segments
from togglemesh.engine.documents.sound import OnInvalid, sound
from togglemesh.engine.prerequisites import (
    Edges,
    decide_with_prerequisites,
    edges_of,
    leading_into_cycles,
)

Documents = Mapping[str, Mapping[str, Any]]


class State:
    """Written by one thread. `every` holds all deciders, `sure` those that never leave a context
    to the caller's default (in place of a decider the decision itself, where it is the same for
    every context), `carried` those whose decision travels in baggage, sorted by key.
    `edges` are the prerequisites of the features that have any.
    """

    __slots__ = (
        "carried",
        "compiled",
        "cyclic",
        "edges",
        "every",
        "features",
        "number",
        "outcome",
        "segments",
        "sure",
    )

    def __init__(self, number: int, segments: Documents, *, outcome: bool = False) -> None:
        self.number = number
        self.segments: Documents = dict(segments)
        self.outcome = outcome
        self.features: dict[str, Mapping[str, Any]] = {}
        self.compiled: dict[str, CompiledFeature] = {}
        self.carried: dict[str, Decide] = {}
        self.every: dict[str, Decide] = {}
        self.sure: dict[str, Decide | Decision] = {}
        self.edges: Edges = {}
        self.cyclic: frozenset[str] = frozenset()

    def set_feature(self, key: str, document: Mapping[str, Any]) -> None:
        """Raises InvalidDocument, and stays as it was, when the document is broken."""
        validate_feature(document, key=key, at=f"features.{key}", strict=False)
        feature = compile_feature(document, self.segments, outcome=self.outcome)
        edges = _edges(self.edges, {key: document})
        if edges != self.edges:
            self._change_edges(edges, {key: (document, feature)})
        else:
            self._put(key, document, feature)

    def set_features(self, documents: Documents) -> None:
        """As `set_feature` for checked documents; quicker when there are many."""
        with without_collection():
            compiled = {
                key: (document, compile_feature(document, self.segments, outcome=self.outcome))
                for key, document in documents.items()
            }
        self._change_edges(_edges(self.edges, documents), compiled)

    def remove_feature(self, key: str) -> None:
        """No effect when there is none."""
        for known in (self.sure, self.every, self.compiled, self.features):
            known.pop(key, None)
        if key in self.carried:
            self.carried = {k: v for k, v in self.carried.items() if k != key}
        if key in self.edges:
            self._change_edges({k: v for k, v in self.edges.items() if k != key}, {})

    def with_segment(self, key: str, document: Mapping[str, Any] | None) -> "State":
        """The next state; None removes. Raises InvalidDocument when the document is broken."""
        segments = {k: v for k, v in self.segments.items() if k != key}
        if document is not None:
            validate_segments({key: document}, strict=False)
            segments[key] = document
        after = self._copy(segments)
        after.set_features({name: self.features[name] for name in self.using(key)})
        for name in after.edges:
            after._set_decider(name, after.compiled[name])  # it must ask the new state's features
        return after

    def using(self, segment: str) -> list[str]:
        """The keys of the features that ask the segment."""
        return [key for key, one in list(self.compiled.items()) if segment in one.segments]

    def _copy(self, segments: Documents) -> "State":
        copy = State(self.number, segments, outcome=self.outcome)
        copy.features, copy.compiled = self.features.copy(), self.compiled.copy()
        copy.every, copy.sure = self.every.copy(), self.sure.copy()
        copy.carried = self.carried.copy()
        copy.edges, copy.cyclic = self.edges, self.cyclic
        return copy

    def _change_edges(
        self, edges: Edges, compiled: Mapping[str, tuple[Mapping[str, Any], CompiledFeature]]
    ) -> None:
        # Readers go on meanwhile: until all is in place they must see the old circles and the new.
        cyclic = leading_into_cycles(edges)
        self.edges, self.cyclic = edges, self.cyclic | cyclic
        for key, (document, feature) in compiled.items():
            self._put(key, document, feature)
        self.cyclic = cyclic

    def _put(self, key: str, document: Mapping[str, Any], feature: CompiledFeature) -> None:
        self.features[key] = document
        self.compiled[key] = feature
        self._set_decider(key, feature)

    def _set_decider(self, key: str, feature: CompiledFeature) -> None:
        decide = feature.decide
        if feature.plan.prerequisites:
            decide = partial(decide_with_prerequisites, self, feature)
        self.every[key] = decide
        if feature.plan.always_has_variant:
            self.sure[key] = feature.settled or decide
        else:
            self.sure.pop(key, None)
        if feature.carried and key in self.carried:
            self.carried[key] = decide
        elif feature.carried or key in self.carried:
            self._sort_carried(key, decide, carried=feature.carried)

    def _sort_carried(self, key: str, decide: Decide, *, carried: bool) -> None:
        known = {**self.carried, key: decide}
        if not carried:
            del known[key]
        self.carried = {k: known[k] for k in sorted(known)}


@contextmanager
def without_collection() -> Iterator[None]:
    """Loading makes a great many objects that all stay: the collector would go through them again
    and again, for longer than loading itself takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _edges(before: Edges, documents: Documents) -> Edges:
    after = dict(before)
    for key, document in documents.items():
        after.pop(key, None)
        required = edges_of(document)
        if required:
            after[key] = required
    return after


def state_of(snapshot: Mapping[str, Any], on_invalid: OnInvalid | None = None) -> State:
    """The state of a checked snapshot; for `on_invalid` see Engine.from_snapshot."""
    state = State(snapshot["number"], snapshot["segments"])
    features = snapshot["features"]

    def check(key: str) -> Mapping[str, Any]:
        document: Mapping[str, Any] = features[key]
        validate_feature(document, key=key, at=f"features.{key}", strict=False)
        return document

    with without_collection():
        state.set_features(dict(sound(features, check, on_invalid)))
    return state
