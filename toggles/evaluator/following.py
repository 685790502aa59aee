"""Serve one open stream: what its channel offers, and comments while there is nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from toggles.evaluator.channels import Channel
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.frames import KEEP_ALIVE
from toggles.evaluator.http import Receive, Send
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.open_streams import OpenStreams
from toggles.evaluator.readers import Reader

log = logging.getLogger("evaluator")

SILENCE = 15.0  # seconds without an event before a comment says that the line is alive
PATIENCE = 60.0  # seconds for a client to take what was sent

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]


async def follow(
    streams: OpenStreams,
    exchange: Exchange,
    live: LiveKey,
    channel: Channel,
    first: Sequence[bytes],
    *,
    seconds: float | None = None,
    parting: Callable[[], bytes] = bytes,
) -> None:
    """Ends when the client goes, its key is revoked, it does not keep up, or `seconds` are over;
    then `parting()` is the last that it gets. Raises Refused (429) when too many are open."""
    forwarded = exchange.headers.get(b"x-forwarded-for", b"").decode("latin-1")
    with streams.place(live.selector, exchange.address, [forwarded]):
        reader = Reader(live.selector)
        await _serve(exchange, reader, channel, first, seconds=seconds, parting=parting)


async def _serve(
    exchange: Exchange,
    reader: Reader,
    channel: Channel,
    first: Sequence[bytes],
    *,
    seconds: float | None,
    parting: Callable[[], bytes],
) -> None:
    leaving = asyncio.create_task(_close_when_gone(exchange.receive, reader))
    channel.readers.add(reader)
    over = _end_later(reader, seconds, parting)
    try:
        for frame in first:
            reader.offer(frame)
        await exchange.send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _pass_on(reader, exchange.send)
    except asyncio.CancelledError:
        if not reader.cut:
            raise
        log.info("evaluator.reader_cut_off selector=%s", reader.selector)
    finally:
        channel.readers.discard(reader)
        leaving.cancel()
        if over:
            over.cancel()


def last_event(exchange: Exchange) -> int | None:
    """The number of the last event that the reader has, when it says one."""
    last = exchange.headers.get(b"last-event-id", b"")
    return int(last) if last.isdigit() and len(last) < 20 else None


def _end_later(
    reader: Reader, seconds: float | None, parting: Callable[[], bytes]
) -> asyncio.TimerHandle | None:
    if seconds is None:
        return None

    def end() -> None:
        reader.offer(parting())
        reader.close()

    return asyncio.get_running_loop().call_later(seconds, end)


async def _pass_on(reader: Reader, send: Send) -> None:
    loop = asyncio.get_running_loop()
    while frames := await reader.take(SILENCE) or not reader.closed:
        body = KEEP_ALIVE if frames is True else frames
        # A bare timer: a flip comes through here a thousand times at once.
        patience = loop.call_later(PATIENCE, reader.cut_off)
        try:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            patience.cancel()
    await send({"type": "http.response.body", "body": b""})


async def _close_when_gone(receive: Receive, reader: Reader) -> None:
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        reader.close()
