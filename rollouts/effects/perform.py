"""Do one move of a rollout, whatever its kind; meet a mesh that is down, or that says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rollouts.effects import down, up
from rollouts.effects.doing import Doing, rest, try_later
from rollouts.models import RolloutState
from rollouts.view import Kind, Move
from routing.routers.base import RouterRefused, RouterUnavailable

EFFECTS: dict[Kind, Callable[[Doing], bool]] = {
    Kind.WANT: up.want,
    Kind.ROUTES: up.routes,
    Kind.VERIFIED: up.verified,
    Kind.READY: up.ready,
    Kind.EXPOSE: up.expose,
    Kind.WATCH: up.watch,
    Kind.BAKED: up.baked,
    Kind.HOLD: up.hold,
    Kind.GO_BACK: up.begin_to_go_back,
    Kind.BACK: down.back,
    Kind.DRAINED: down.entry,
    Kind.UNWANT: down.unwant,
    Kind.UNROUTE: down.unroute,
    Kind.KEPT: down.entry,
    Kind.FINISH: down.finish,
    Kind.REST: rest,
}


def perform(doing: Doing) -> bool:
    """Do the move; True when there is nothing more to do for now. Raises LostRace."""
    try:
        return EFFECTS[doing.move.kind](doing)
    except RouterUnavailable as unavailable:
        return try_later(doing, str(unavailable))
    except RouterRefused as refused:
        return _refused(doing, f"The mesh refuses: {refused}")


def _refused(doing: Doing, why: str) -> bool:
    if doing.rollout.state == RolloutState.PREPARING:
        return up.begin_to_go_back(replace(doing, move=Move(Kind.GO_BACK, why=why)))
    return try_later(doing, f"{why}. A person must act")
