"""Several features decided together, again and again, for one context after the other.

Each field that any of them asks is read once for a context, and each decision is said (as JSON, for
example) once for good: what decides here gives what was said.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from togglemesh.engine.compile import CompiledFeature, Decide
from togglemesh.engine.decision import Decision, Reason, default_decision
from togglemesh.engine.fields import Context, Reader, as_context
from togglemesh.engine.generate import DecideFlat, Flat, generate_flat
from togglemesh.engine.plan import Plan, Stage
from togglemesh.engine.state import State

Said = TypeVar("Said")
Say = Callable[[Decision], Said]


class Panel(Generic[Said]):
    """The features of a state as they are now; made anew after a change, then the one `before`
    lends what it has for features that have not changed.

    `settled` is what the decisions say that are the same for every context; `decide` decides the
    others. `say` depends on nothing but the decision.
    """

    def __init__(
        self,
        state: State,
        keys: Iterable[str],
        say: Say[Said],
        before: "Panel[Said] | None" = None,
    ) -> None:
        self.settled: list[Said] = []
        self._say = say
        self._kept: dict[str, tuple[CompiledFeature, Flat]] = {}
        self._deciders: list[tuple[str, Decide]] = []
        self._quick: list[DecideFlat] = []
        for key in keys:
            self._seat(state, key, before._kept if before else {})
        kept = [flat for _, flat in self._kept.values()]
        self._texts = list(dict.fromkeys(read for flat in kept for read in flat.texts))
        self._ids = list(dict.fromkeys(read for flat in kept for read in flat.ids))

    def decide(self, context: Mapping[str, Any]) -> list[Said]:
        """What the decisions say that are not settled, in order. Never raises."""
        if type(context) is not dict:
            context = as_context(context)
        try:
            texts = {read: read(context) for read in self._texts}
            ids = {read: _bytes_of(read, context) for read in self._ids}
            return [decide(context, texts, ids) for decide in self._quick]
        except Exception:  # an id without UTF-8, or one that breaks: not for all the others, too
            return [self._decide_alone(key, decide, context) for key, decide in self._deciders]

    def _seat(
        self, state: State, key: str, kept: Mapping[str, tuple[CompiledFeature, Flat]]
    ) -> None:
        feature = state.compiled.get(key)
        if feature is None:
            self.settled.append(self._say(default_decision(key, None, Reason.NOT_FOUND)))
        elif feature.settled is not None:
            self.settled.append(self._say(feature.settled))
        else:
            self._deciders.append((key, state.every[key]))
            self._quick.append(self._flat(state, key, feature, kept.get(key)))

    def _flat(
        self,
        state: State,
        key: str,
        feature: CompiledFeature,
        kept: tuple[CompiledFeature, Flat] | None,
    ) -> DecideFlat:
        stage = _flat_stage(feature.plan)
        if stage is None:
            return self._saying(state.every[key])
        if kept is None or kept[0] is not feature:
            kept = feature, generate_flat(stage, self._say)
        self._kept[key] = kept
        return kept[1].decide

    def _saying(self, decide: Decide) -> DecideFlat:
        say = self._say
        return lambda context, _texts, _ids: say(decide(context))

    def _decide_alone(self, key: str, decide: Decide, context: Context) -> Said:
        try:
            return self._say(decide(context))
        except Exception:  # a context of the caller's own making may break in any way
            return self._say(default_decision(key, None, Reason.ERROR))


def _bytes_of(read: Reader, context: Context) -> bytes | None:
    text = read(context)
    return None if text is None else text.encode()


def _flat_stage(plan: Plan) -> Stage | None:
    """The stage of a feature that is nothing but lists and rules; None for any other."""
    stage = plan.only_stage
    return stage if stage and stage.targeting is None else None
