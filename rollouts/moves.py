"""What a rollout does next, decided from what is seen of it. Pure.

On the way up routes come before the toggle; on the way down the toggle before routes. Whatever was
done but not entered in the ledger (the worker was killed in between) is decided again, and done
again to no effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from rollouts.gate import Judgement, Outcome
from rollouts.models import RolloutState as S
from rollouts.view import TICK, Kind, Move, View
from routing.reads import RoutePlan

READY_WITHIN = timedelta(seconds=30)  # routes must be in place by then, or it goes back
UNWATCHED_TICK = 5.0  # seconds between two looks at a paused rollout that exposes nothing
SAMPLE_EVERY = timedelta(seconds=0.6)  # less than a tick that comes early
STILL_FOR = 2.0  # seconds without a request: the new version is drained
DRAIN_BOUND = timedelta(seconds=15)


def next_move(view: View) -> Move:
    """The next thing to do. Asked again after each, until it says to rest."""
    if view.state == S.COMPENSATING:
        return next(_down(view))
    if view.state == S.PAUSED:
        return _paused(view)
    if view.overtaken:
        return Move(Kind.HOLD, why=f"{view.overtaken} It is left as it is.")
    if view.state == S.PREPARING:
        return next(_up(view))
    if view.state == S.EXPOSING:
        return Move(Kind.EXPOSE, str(view.position))
    return _baking(view)


def _up(view: View) -> Iterator[Move]:
    waiting = any(f"{Kind.VERIFIED}:{r.service}" not in view.done for r in view.routes)
    if waiting and view.now - view.state_since > READY_WITHIN:
        late = f"The routes were not in place within {READY_WITHIN.seconds} s. {view.why}"
        yield Move(Kind.GO_BACK, why=late.strip())
    for route in view.routes:
        yield from _missing(view, Kind.WANT, route)
        yield from _missing(view, Kind.ROUTES, route)
    for route in view.routes:
        yield from _missing(view, Kind.VERIFIED, route)
    yield Move(Kind.READY)


def _missing(view: View, kind: Kind, route: RoutePlan) -> Iterator[Move]:
    move = Move(kind, route.service)
    if move.name not in view.done:
        yield move


def _paused(view: View) -> Move:
    watched = view.exposed and view.routes and not view.overtaken
    if watched and _sample_is_due(view):
        return Move(Kind.WATCH)
    if watched and view.judgement and view.judgement.outcome == Outcome.FAILED:
        return Move(Kind.GO_BACK, why=view.judgement.why)
    return Move(Kind.REST, why=view.why, wait=TICK if watched else UNWATCHED_TICK)


def _baking(view: View) -> Move:
    if view.routes and _sample_is_due(view):
        return Move(Kind.WATCH)
    if view.exposed_at is None or view.judgement is None:
        raise RuntimeError("a step that bakes has been exposed, and is judged")
    if view.judgement.outcome == Outcome.FAILED:
        return Move(Kind.GO_BACK, why=view.judgement.why)
    if view.judgement.outcome == Outcome.BLIND:
        return Move(Kind.REST, why=view.judgement.why)
    if view.now - view.exposed_at < view.bake:
        return Move(Kind.REST)
    if view.judgement.outcome == Outcome.FEW:
        return _quiet(view, view.judgement, view.exposed_at)
    return Move(Kind.BAKED, str(view.position), f"Baked for {view.bake.total_seconds():.0f} s.")


def _quiet(view: View, judgement: Judgement, exposed_at: datetime) -> Move:
    until = exposed_at + view.bake * (1 + view.policy.extra_bakes)
    if view.now < until:
        return Move(Kind.REST, why=f"The bake is over, but waits for traffic: {judgement.why}")
    if view.policy.on_no_traffic == "hold":
        return Move(Kind.HOLD, why=f"Too little traffic to go on by itself: {judgement.why}")
    return Move(
        Kind.BAKED, str(view.position), f"Went on without enough traffic to tell: {judgement.why}"
    )


def _down(view: View) -> Iterator[Move]:
    if Kind.KEPT in view.done:
        yield Move(Kind.FINISH)
    if view.overtaken and view.given and not _begun(view, Kind.UNWANT):
        yield Move(Kind.KEPT, why=f"{view.overtaken} Toggle and routes are left as they are.")
    if view.exposed and f"{Kind.BACK}:toggle" not in view.done:
        yield Move(Kind.BACK, "toggle")
    if view.exposed and view.taken_back and Kind.DRAINED not in view.done:
        yield _draining(view)
    for route in view.taken_back:
        yield from _missing(view, Kind.UNWANT, route)
        yield from _missing(view, Kind.UNROUTE, route)
    yield Move(Kind.FINISH)


def _draining(view: View) -> Move:
    if view.still_for >= STILL_FOR:
        return Move(Kind.DRAINED, why=f"It had none for {STILL_FOR:.0f} s.")
    if view.now - view.done[f"{Kind.BACK}:toggle"] >= DRAIN_BOUND:
        bound = f"Waited {DRAIN_BOUND.seconds} s, the longest it waits, without seeing that."
        return Move(Kind.DRAINED, why=bound)
    if _sample_is_due(view):
        return Move(Kind.WATCH)
    return Move(Kind.REST, why="Waiting until no request meets the new version any more.")


def _begun(view: View, kind: Kind) -> bool:
    return any(name.startswith(f"{kind}:") for name in view.done)


def _sample_is_due(view: View) -> bool:
    return view.sampled_at is None or view.now - view.sampled_at >= SAMPLE_EVERY
