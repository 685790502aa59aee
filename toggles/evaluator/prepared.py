"""The bytes of decisions that come again: an engine makes most of its decisions only once, and
gives the same objects from then on."""

from __future__ import annotations

from collections.abc import Callable

from togglemesh.engine import Decision
from toggles.evaluator.ofrep_answers import UNUSUAL

MOST_KEPT = 100_000


class Prepared:
    """What `say` makes of decisions, each made once. Only for what depends on nothing else."""

    def __init__(self, say: Callable[[Decision], bytes]) -> None:
        self._say = say
        self._kept: dict[int, bytes] = {}
        self._alive: list[Decision] = []  # an id that is kept must not go to another decision

    def of(self, decision: Decision) -> bytes:
        kept = self._kept.get(id(decision))
        return self._keep(decision) if kept is None else kept

    def forget(self) -> None:
        """Let go of everything: features have changed."""
        self._kept.clear()
        self._alive.clear()

    def _keep(self, decision: Decision) -> bytes:
        said = self._say(decision)
        # Without a variant it was made for this caller, to carry the caller's default; what is
        # unusual is made anew each time, too.
        lasts = decision.variant is not None and decision.reason not in UNUSUAL
        if lasts and len(self._alive) < MOST_KEPT:
            self._alive.append(decision)
            self._kept[id(decision)] = said
        return said
