"""`GET /stream/v1/snapshot`: the environment whole, for SDKs that cannot read the stream."""

from __future__ import annotations

from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import JSON, answer
from toggles.evaluator.parts import Parts
from toggles.evaluator.stream import KINDS

NO_STORE = (b"cache-control", b"private, no-cache")


async def answer_snapshot(parts: Parts, exchange: Exchange) -> None:
    """304 when the client has exactly this state."""
    _, held = await parts.admission.admit(exchange, KINDS)
    more = [(b"etag", held.etag), NO_STORE]
    if exchange.has_tag(held.etag):
        await answer(exchange.send, 304, b"", more)
        return
    await answer(exchange.send, 200, held.snapshot_body(), [JSON, *more])
