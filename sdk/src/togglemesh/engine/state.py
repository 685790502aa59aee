"""What an engine knows at one number: documents and what they compile to. Never changed, only
replaced; each function here answers with the next state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from togglemesh.engine.compile import CompiledFeature, compile_feature
from togglemesh.engine.documents import InvalidDocument, validate_feature, validate_segments

Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class State:
    """`carried` holds those of `compiled` whose decision travels in baggage, sorted by key."""

    number: int
    segments: Documents
    features: Documents
    compiled: Mapping[str, CompiledFeature]
    carried: Mapping[str, CompiledFeature] = field(init=False)

    def __post_init__(self) -> None:
        carried = sorted(key for key, feature in self.compiled.items() if feature.carried)
        object.__setattr__(self, "carried", {key: self.compiled[key] for key in carried})


def state_of(
    snapshot: Mapping[str, Any], on_invalid: Callable[[InvalidDocument], None] | None
) -> State:
    """The state of a checked snapshot; for `on_invalid` see Engine.from_snapshot."""
    segments = dict(snapshot["segments"])
    features = _sound(snapshot["features"], on_invalid)
    compiled = {key: compile_feature(doc, segments) for key, doc in features.items()}
    return State(snapshot["number"], segments, features, compiled)


def with_feature(state: State, key: str, document: Mapping[str, Any] | None) -> State:
    features = {k: v for k, v in state.features.items() if k != key}
    compiled = {k: v for k, v in state.compiled.items() if k != key}
    if document is not None:
        validate_feature(document, key=key, at=f"features.{key}", strict=False)
        features[key] = document
        compiled[key] = compile_feature(document, state.segments)
    return State(state.number, state.segments, features, compiled)


def with_segment(state: State, key: str, document: Mapping[str, Any] | None) -> State:
    segments = {k: v for k, v in state.segments.items() if k != key}
    if document is not None:
        validate_segments({key: document}, strict=False)
        segments[key] = document
    using = {k for k, feature in state.compiled.items() if key in feature.segments}
    recompiled = {k: compile_feature(state.features[k], segments) for k in using}
    return State(state.number, segments, state.features, {**state.compiled, **recompiled})


def _sound(
    features: Documents, on_invalid: Callable[[InvalidDocument], None] | None
) -> dict[str, Mapping[str, Any]]:
    sound: dict[str, Mapping[str, Any]] = {}
    for key, document in features.items():
        try:
            validate_feature(document, key=key, at=f"features.{key}", strict=False)
        except InvalidDocument as problem:
            if on_invalid is None:
                raise
            on_invalid(problem)
        else:
            sound[key] = document
    return sound
