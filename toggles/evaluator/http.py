"""The little of HTTP that the evaluator needs: read a bounded body, answer, refuse."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import msgspec

from toggles.evaluator.deadlines import bodies

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = dict[bytes, bytes]
Pairs = Iterable[tuple[bytes, bytes]]

LARGEST_BODY = 64 * 1024
# A client that is still sending would not read its 413: so much is taken, and thrown away.
DRAINED_BYTES, DRAINED_SECONDS = 16 * 2**20, 5.0
JSON = (b"content-type", b"application/json")

# The server adds the length.
JSON_START: Message = {"type": "http.response.start", "status": 200, "headers": [JSON]}

encode = msgspec.json.Encoder().encode


class Refused(Exception):
    """An answer other than success. `content` is the JSON body."""

    def __init__(self, status: int, content: dict[str, Any], headers: Pairs = ()) -> None:
        super().__init__(status, content)
        self.status, self.content, self.headers = status, content, headers


class Disconnected(Exception):
    """The client went away while it was sending."""


def refusal(status: int, details: str, headers: Pairs = ()) -> Refused:
    """A refusal that only says why."""
    return Refused(status, {"errorDetails": details}, headers)


async def answer(send: Send, status: int, body: bytes, headers: Pairs = (JSON,)) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, body: bytes) -> None:
    """200 with a JSON body."""
    await send(JSON_START)
    await send({"type": "http.response.body", "body": body})


async def answer_refused(send: Send, refused: Refused) -> None:
    await answer(send, refused.status, encode(refused.content), [JSON, *refused.headers])


def too_late() -> Refused:
    """The body has not come in time."""
    details = f"The body has not come within {bodies.seconds:g} seconds."
    return refusal(408, details, [(b"connection", b"close")])


async def read_body(headers: Headers, receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """The whole body; refuses with 413 what is larger than `largest` bytes, said or sent, and with
    408 what does not come in time."""
    try:
        return await bodies.within(_read_body(headers, receive, largest))
    except TimeoutError:
        raise too_late() from None


async def _read_body(headers: Headers, receive: Receive, largest: int) -> bytes:
    declared = int(headers.get(b"content-length", -1))
    if declared > largest:
        raise _too_large(largest)
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        body = body + part if body else part
        if len(body) > largest:
            raise _too_large(largest)
        # The server says that there may be more until it is asked again, which takes as long as
        # the whole decision.
        if len(body) == declared or not message.get("more_body"):
            return body


async def drain(receive: Receive) -> None:
    """Take the rest of a body that was refused, within bounds, so that its sender sees why."""
    left = DRAINED_BYTES
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAINED_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return


def _too_large(largest: int) -> Refused:
    return refusal(413, f"The body is larger than {largest} bytes.")
