"""`GET /stream/v1/changes`: an environment's changes as server-sent events (docs/wire.md)."""

from __future__ import annotations

from toggles.evaluator import following
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.frames import KEEP_ALIVE
from toggles.evaluator.parts import Parts

KINDS = frozenset({"server", "edge"})


async def follow(parts: Parts, exchange: Exchange) -> None:
    """A reader that comes back goes on from its Last-Event-ID."""
    live, held = await parts.admission.admit(exchange, KINDS)
    first = _first_frames(following.last_event(exchange), held)
    await following.follow(parts.streams, exchange, live, held.changes, first)


def _first_frames(last: int | None, held: HeldEnvironment) -> list[bytes]:
    frames = None if last is None else held.frames_after(last)
    return [held.snapshot_frame()] if frames is None else [b"".join([KEEP_ALIVE, *frames])]
