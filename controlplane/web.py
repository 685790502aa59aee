"""The web process' front: what granian calls for each request of pages and management API.

Django's code runs in a few threads, so nothing that a stranger can drag out may happen there. The
front reads a request whole, within limits of time and size, before a thread sees it, and takes an
answer whole before it is sent. Health is answered here, with a thread of its own.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import render_to_string

from accounts.api.problems import CONTENT_TYPE, problem_of
from accounts.connections import ConnectionGuard, places
from controlplane.failures import HEADLINES
from controlplane.health import Health
from controlplane.wsgi_calls import Answer, Application, call, environ_of
from toggles.evaluator.http import drain
from toggles.evaluator.server import MOST_AT_ONCE, end_with_parent

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger("web")

THREADS = 8
MOST_WAITING = 100  # requests that wait for a thread; more are asked to come again
BODY_SECONDS = 10.0  # for a body whole, however it trickles
LARGEST_BODY = 2_621_440  # bytes; Django's own limit for forms
TOO_LARGE = 413
MOST_BYTES = 64 * 1024 * 1024  # of all bodies that are held at the same time


class Refused(Exception):
    """An answer that needs no thread."""

    def __init__(self, status: int, sentence: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers


class Front:
    """`application` is Django's."""

    def __init__(self, application: Application, health: Health) -> None:
        self.application, self.health = application, health
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        self._waiting = self._bytes = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        try:
            answer = await self.health.answer(scope) or await self._ask(scope, receive)
        except ConnectionResetError:
            return
        except Refused as refused:
            answer = _worded(scope, refused)
        await send({"type": "http.response.start", "status": answer[0], "headers": answer[1]})
        body = b"" if scope["method"] == "HEAD" else answer[2]
        await send({"type": "http.response.body", "body": body})
        if answer[0] == TOO_LARGE:
            # A client that is still sending would not read the answer.
            await drain(receive)

    async def _ask(self, scope: Message, receive: Receive) -> Answer:
        """Django's answer. Raises Refused."""
        held: list[bytes] = []
        try:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    await self._read(receive, held)
            except TimeoutError:
                sentence = f"The body has not come within {BODY_SECONDS:g} seconds."
                raise Refused(408, sentence, (b"connection", b"close")) from None
            return await self._in_thread(scope, b"".join(held))
        finally:
            self._bytes -= sum(map(len, held))

    async def _read(self, receive: Receive, held: list[bytes]) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionResetError
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size > LARGEST_BODY:
                raise Refused(413, f"The body is larger than {LARGEST_BODY} bytes.")
            if self._bytes + len(part) > MOST_BYTES:
                raise _busy()
            held.append(part)
            self._bytes += len(part)

    async def _in_thread(self, scope: Message, body: bytes) -> Answer:
        if self._waiting >= THREADS + MOST_WAITING:
            raise _busy()
        try:
            environ = environ_of(scope, body)
        except ValueError:
            raise Refused(400, "The request's head cannot be read.") from None
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, call, self.application, environ)
        finally:
            self._waiting -= 1


def _busy() -> Refused:
    return Refused(503, "Too many requests at once; try again.", (b"retry-after", b"1"))


def _worded(scope: Message, refused: Refused) -> Answer:
    """In the form of the management API, or as a page."""
    errors = {"request": refused.sentence}
    if scope["path"].startswith("/api/"):
        kind, said = CONTENT_TYPE.encode(), json.dumps(problem_of(refused.status, errors)).encode()
    else:
        context = {"headline": HEADLINES[refused.status], "problems": list(errors.items())}
        kind, said = b"text/html; charset=utf-8", render_to_string("plain.html", context).encode()
    length = (b"content-length", b"%d" % len(said))
    return refused.status, [(b"content-type", kind), length, *refused.headers], said


async def _live(receive: Receive, send: Send) -> None:
    configuration = settings.CONFIGURATION
    each = configuration.connections_per_address
    ConnectionGuard(places(MOST_AT_ONCE), each, configuration.trusted_proxies).start()
    await receive()
    log.info("web.serving address=%s port=%s", configuration.host, configuration.port)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def create() -> Front:
    """What granian calls in the process that serves."""
    end_with_parent()
    return Front(get_wsgi_application(), Health())
