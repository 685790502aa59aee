"""One environment, whole and compiled: holds it, applies changes by number, decides.

Any number of threads may decide while one applies: each change builds the next state aside and
swaps one attribute, so nobody sees half a change.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Self

from togglemesh.engine.decision import Decision, Reason, default_decision
from togglemesh.engine.documents import InvalidDocument, validate_change, validate_snapshot
from togglemesh.engine.fields import as_context
from togglemesh.engine.state import State, state_of, with_feature, with_segment

FORMAT = 1


class ChangeGap(Exception):
    """A change came before those between it and the engine's number: load a new snapshot."""

    def __init__(self, have: int, got: int) -> None:
        super().__init__(f"change {got} came, but the last one applied is {have}")
        self.have, self.got = have, got


class Engine:
    """Made by `from_snapshot`. One writer at a time; readers need no lock."""

    def __init__(self, environment: str, state: State) -> None:
        self.environment = environment
        self.skipped = 0  # changes of a kind that this version does not know
        self._state = state

    @classmethod
    def from_snapshot(
        cls,
        snapshot: Mapping[str, Any],
        *,
        on_invalid: Callable[[InvalidDocument], None] | None = None,
    ) -> Self:
        """Raises InvalidDocument, naming the field, unless the snapshot is sound.

        With `on_invalid`, a broken feature is reported there and left out: one bad document
        must not take all the others from a client that is already running.
        """
        validate_snapshot(snapshot)
        return cls(snapshot["environment"], state_of(snapshot, on_invalid))

    @property
    def number(self) -> int:
        """The number of the last change that is in."""
        return self._state.number

    @property
    def features(self) -> frozenset[str]:
        """The keys of all features."""
        return frozenset(self._state.compiled)

    @property
    def carried(self) -> tuple[str, ...]:
        """The keys of the features whose decision travels in baggage, sorted."""
        return tuple(self._state.carried)

    def snapshot(self) -> dict[str, Any]:
        """What `from_snapshot` takes. The documents are shared: do not change them."""
        state = self._state
        return {
            "format": FORMAT,
            "environment": self.environment,
            "number": state.number,
            "segments": dict(state.segments),
            "features": dict(state.features),
        }

    def decide(self, key: str, context: Mapping[str, Any], default: Any = None) -> Decision:
        """Never raises, whatever the context holds. The default is for an unknown key only."""
        feature = self._state.compiled.get(key)
        if feature is None:
            return default_decision(key, default, Reason.NOT_FOUND)
        if context.__class__ is not dict:
            context = as_context(context)
        return feature.decide(context)

    def decide_all(self, context: Mapping[str, Any]) -> dict[str, Decision]:
        """The decision of every feature, all from one state."""
        context = as_context(context)
        return {key: feature.decide(context) for key, feature in self._state.compiled.items()}

    def decide_all_carried(self, context: Mapping[str, Any]) -> dict[str, Decision]:
        """The decisions that a first hop writes into baggage, all from one state."""
        context = as_context(context)
        return {key: feature.decide(context) for key, feature in self._state.carried.items()}

    def decide_carried(self, key: str, variant: str) -> Decision | None:
        """The decision that an earlier hop took; None when feature or variant is unknown."""
        feature = self._state.compiled.get(key)
        return feature.decisions_carried.get(variant) if feature else None

    def decide_undecided(self, key: str) -> Decision | None:
        """The off variant, when the feature is one that an earlier hop should have decided."""
        feature = self._state.compiled.get(key)
        return feature.decision_undecided if feature and feature.carried else None

    def is_carried(self, key: str) -> bool:
        """Whether the feature's decision travels in baggage."""
        return key in self._state.carried

    def affected(self, change: Mapping[str, Any]) -> frozenset[str]:
        """The keys of the features that may decide differently after the change."""
        key = change.get("key")
        if change.get("kind") in ("feature", "feature-removed"):
            return frozenset((key,)) if isinstance(key, str) else frozenset()
        users = self._state.compiled.items()
        return frozenset(name for name, feature in users if key in feature.segments)

    def apply(self, change: Mapping[str, Any]) -> bool:
        """True when applied, False when it was in already.

        Raises ChangeGap when numbers are missing, InvalidDocument when the change is broken;
        the engine then stays as it was.
        """
        validate_change(change)
        if not self._is_next(change["number"]):
            return False
        self._state = self._after(change)
        return True

    def skip(self, change: Mapping[str, Any]) -> None:
        """Takes the change's number without its content, so that later changes can follow."""
        if self._is_next(change["number"]):
            self._state = replace(self._state, number=change["number"])
            self.skipped += 1

    def _is_next(self, number: int) -> bool:
        have = self._state.number
        if number > have + 1:
            raise ChangeGap(have, number)
        return number == have + 1

    def _after(self, change: Mapping[str, Any]) -> State:
        state = replace(self._state, number=change["number"])
        key, document = change["key"], change.get("document")
        match change["kind"]:
            case "feature":
                return with_feature(state, key, document)
            case "feature-removed":
                return with_feature(state, key, None)
            case "segment":
                return with_segment(state, key, document)
            case "segment-removed":
                return with_segment(state, key, None)
        self.skipped += 1
        return state
