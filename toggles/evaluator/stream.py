"""`GET /stream/v1/changes`: an environment's changes as server-sent events (docs/wire.md)."""

from __future__ import annotations

import asyncio
import logging

from toggles.evaluator.admission import Admission
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.http import Headers, Receive, Scope, Send
from toggles.evaluator.readers import Reader

log = logging.getLogger("evaluator")

KINDS = frozenset({"server"})
SILENCE = 15.0  # seconds without an event before a comment says that the line is alive
PATIENCE = 60.0  # seconds for a client to take what was sent
KEEP_ALIVE = b": keep-alive\n\n"

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]


async def follow(admission: Admission, scope: Scope, receive: Receive, send: Send) -> None:
    """Ends when the client goes, its key is revoked, or it does not keep up."""
    headers = dict(scope["headers"])
    live, held = await admission.admit(headers, KINDS)
    reader = Reader(live.selector)
    leaving = asyncio.create_task(_close_when_gone(receive, reader))
    held.readers.add(reader)
    try:
        for frame in _first_frames(headers, held):
            reader.offer(frame)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _pass_on(reader, send)
    except TimeoutError:
        log.info("evaluator.reader_stuck selector=%s", live.selector)
    except asyncio.CancelledError:
        if not reader.cut:
            raise
        log.info("evaluator.reader_cut_off selector=%s", live.selector)
    finally:
        held.readers.discard(reader)
        leaving.cancel()


async def _pass_on(reader: Reader, send: Send) -> None:
    while frames := await reader.take(SILENCE) or not reader.closed:
        body = KEEP_ALIVE if frames is True else frames
        async with asyncio.timeout(PATIENCE):
            await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _first_frames(headers: Headers, held: HeldEnvironment) -> list[bytes]:
    last = headers.get(b"last-event-id", b"")
    frames = held.frames_after(int(last)) if last.isdigit() and len(last) < 20 else None
    return [held.snapshot_frame()] if frames is None else [b"".join([KEEP_ALIVE, *frames])]


async def _close_when_gone(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.close()
