"""Scheduled changes: which stage of a feature holds at a moment."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from togglemesh.engine.decision import Decision
from togglemesh.engine.fields import Context
from togglemesh.engine.operators.dates import now_of

Decide = Callable[[Context], Decision]


def by_time(stages: Sequence[tuple[float | None, Decide]]) -> Decide:
    """Decides by the stage that holds at the context's `currentTime` or, without, at present."""
    moments = [since for since, _ in stages if since is not None]
    decides = [decide for _, decide in stages]

    def decide(context: Context) -> Decision:
        return decides[stage_at(moments, context)](context)

    return decide


def stage_at(moments: Sequence[float], context: Context) -> int:
    """The index of the stage; moments are those at which the second and later ones begin.

    A context whose `currentTime` is no moment gets the first: nothing has begun for it.
    """
    now = now_of(context)
    return 0 if now is None else bisect_right(moments, now)
