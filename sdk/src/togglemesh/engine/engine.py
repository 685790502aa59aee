"""One environment, whole and compiled: holds it, applies changes by number, decides.

Any number of threads may decide while one applies; nobody waits, and nobody sees half a change
(see state).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, Self

from togglemesh.engine.compile import Decide
from togglemesh.engine.decision import Decision, Reason, default_decision
from togglemesh.engine.documents import validate_change, validate_snapshot
from togglemesh.engine.documents.sound import OnInvalid
from togglemesh.engine.explain import explain
from togglemesh.engine.explanation import Explanation
from togglemesh.engine.fields import as_context
from togglemesh.engine.flagd import definition as flagd
from togglemesh.engine.panel import Panel, Said
from togglemesh.engine.prerequisites import requiring
from togglemesh.engine.state import Documents, State, state_of
from togglemesh.engine.unleash import state as unleash

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
        self._use(state)

    @classmethod
    def from_snapshot(
        cls,
        snapshot: Mapping[str, Any],
        *,
        on_invalid: OnInvalid | None = None,
    ) -> Self:
        """Raises InvalidDocument, naming the field, unless the snapshot is sound.

        With `on_invalid`, a broken feature is reported there and left out: one bad document
        must not take all the others from a client that is already running.
        """
        validate_snapshot(snapshot)
        return cls(snapshot["environment"], state_of(snapshot, on_invalid))

    @classmethod
    def from_unleash(
        cls,
        state: Mapping[str, Any],
        *,
        environment: str = "unleash",
        on_invalid: OnInvalid | None = None,
    ) -> Self:
        """The engine of an Unleash client-features document. Raises InvalidDocument.

        With `on_invalid` a broken feature or segment is reported there and left out; a strategy
        takes nobody whose segment is missing.

        `Decision.enabled` is the feature's own outcome. The value is true or false; for a feature
        with variants it is the payload, None without one.
        """
        features, segments = unleash.documents_of(
            state, host=unleash.hostname(), on_invalid=on_invalid
        )
        return cls(environment, _loaded(features, segments, outcome=True))

    @classmethod
    def from_flagd(
        cls,
        definition: Mapping[str, Any],
        *,
        environment: str = "flagd",
        fractional: Literal["cbor", "text", "percent"] = "cbor",
        on_invalid: OnInvalid | None = None,
    ) -> Self:
        """The engine of a flagd flag definition. Raises InvalidDocument.

        With `on_invalid` a broken flag is reported there and left out.

        `fractional` is the way of hashing of the flagd that a team comes from (see
        togglemesh.engine.flagd.fractional).
        """
        features = flagd.documents_of(definition, fractional=fractional, on_invalid=on_invalid)
        return cls(environment, _loaded(features, {}, outcome=False))

    @property
    def number(self) -> int:
        """The number of the last change that is in."""
        return self._state.number

    @property
    def features(self) -> frozenset[str]:
        """The keys of all features."""
        return frozenset(self._state.every)

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
        """Never raises, whatever the context holds. The default is for a key that is unknown,
        and for a feature that leaves the context to the caller.
        """
        try:
            decide = self._sure[key]
            if type(decide) is Decision:
                return decide
            if type(context) is not dict:
                context = as_context(context)
            return decide(context)
        except Exception:  # also KeyError: a test beforehand would cost each decision
            return self._decide_rarely(key, context, default)

    def explain(self, key: str, context: Mapping[str, Any]) -> Explanation:
        """Why `decide` decides as it does, step by step. Never raises."""
        context = as_context(context)
        try:
            feature = self._state.compiled.get(key)
            if feature is not None:
                return explain(self._state, feature, context)
        except Exception:  # as in decide
            return _unexplained(key, Reason.ERROR)
        return _unexplained(key, Reason.NOT_FOUND)

    def decide_all(self, context: Mapping[str, Any]) -> dict[str, Decision]:
        """The decision of every feature, all from one state."""
        return _decide_each(list(self._state.every.items()), context)

    def panel(
        self,
        keys: Iterable[str],
        say: Callable[[Decision], Said],
        before: Panel[Said] | None = None,
    ) -> Panel[Said]:
        """These features as they are now, for deciding them together often (see panel)."""
        return Panel(self._state, keys, say, before)

    def decide_all_carried(self, context: Mapping[str, Any]) -> dict[str, Decision]:
        """The decisions that a first hop writes into baggage, all from one state."""
        return _decide_each(list(self._state.carried.items()), context)

    def decide_carried(self, key: str, variant: str) -> Decision | None:
        """The decision that an earlier hop took; None when feature or variant is unknown."""
        feature = self._state.compiled.get(key)
        return feature.decide_carried(variant) if feature else None

    def decide_undecided(self, key: str) -> Decision | None:
        """The off variant, when the feature is one that an earlier hop should have decided."""
        feature = self._state.compiled.get(key)
        return feature.decide_undecided() if feature and feature.carried else None

    def is_carried(self, key: str) -> bool:
        """Whether the feature's decision travels in baggage."""
        return key in self._state.carried

    def affected(self, change: Mapping[str, Any]) -> frozenset[str]:
        """The keys of the features that may decide differently after the change."""
        key, kind = change.get("key"), change.get("kind")
        if not isinstance(key, str):
            return frozenset()
        changed = [key] if kind in ("feature", "feature-removed") else self._state.using(key)
        return requiring(changed, self._state.edges)

    def apply(self, change: Mapping[str, Any]) -> bool:
        """True when applied, False when it was in already.

        Raises ChangeGap when numbers are missing, InvalidDocument when the change is broken;
        the engine then stays as it was.
        """
        validate_change(change)
        if not self._is_next(change["number"]):
            return False
        self._change(change["kind"], change["key"], change.get("document"))
        self._state.number = change["number"]
        return True

    def skip(self, change: Mapping[str, Any]) -> None:
        """Takes the change's number without its content, so that later changes can follow."""
        if self._is_next(change["number"]):
            self._state.number = change["number"]
            self.skipped += 1

    def _is_next(self, number: int) -> bool:
        have = self._state.number
        if number > have + 1:
            raise ChangeGap(have, number)
        return number == have + 1

    def _change(self, kind: str, key: str, document: Any) -> None:
        match kind:
            case "feature":
                self._state.set_feature(key, document)
            case "feature-removed":
                self._state.remove_feature(key)
            case "segment":
                self._use(self._state.with_segment(key, document))
            case "segment-removed":
                self._use(self._state.with_segment(key, None))
            case _:
                self.skipped += 1

    def _use(self, state: State) -> None:
        self._state = state
        self._sure = state.sure

    def _decide_rarely(self, key: str, context: Mapping[str, Any], default: Any) -> Decision:
        try:
            decide = self._state.every.get(key)
            if decide is None:
                return default_decision(key, default, Reason.NOT_FOUND)
            decision = decide(as_context(context))
        except Exception:  # a key or a context of the caller's own making may break in any way
            return default_decision(key, default, Reason.ERROR)
        return decision if decision.variant is not None else decision.with_value(default)


def _unexplained(key: str, reason: Reason) -> Explanation:
    return Explanation(default_decision(key, None, reason), False, None, (), (), ())


def _loaded(features: Documents, segments: Documents, *, outcome: bool) -> State:
    state = State(0, segments, outcome=outcome)
    state.set_features(features)
    return state


def _decide_each(
    deciders: list[tuple[str, Decide]], context: Mapping[str, Any]
) -> dict[str, Decision]:
    context = as_context(context)
    try:
        return {key: decide(context) for key, decide in deciders}
    except Exception:  # one that breaks must not take the others along
        return {key: _decide_safely(key, decide, context) for key, decide in deciders}


def _decide_safely(key: str, decide: Decide, context: Mapping[str, Any]) -> Decision:
    try:
        return decide(context)
    except Exception:  # as in Engine.decide
        return default_decision(key, None, Reason.ERROR)
