"""The ASGI application: answers requests, and keeps what it holds up to date."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any

import django

from accounts.connections import ConnectionGuard, places
from toggles.evaluator.admission import Admission
from toggles.evaluator.database import Database
from toggles.evaluator.deadlines import bodies
from toggles.evaluator.environments import Environments
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.feed import Feed
from toggles.evaluator.http import (
    Disconnected,
    Message,
    Receive,
    Refused,
    Scope,
    Send,
    answer_refused,
    drain,
    refusal,
    too_late,
)
from toggles.evaluator.keys import Keys
from toggles.evaluator.last_known import LastKnown
from toggles.evaluator.ofrep import ALL
from toggles.evaluator.open_streams import OpenStreams
from toggles.evaluator.origins import origin_headers
from toggles.evaluator.parts import Parts
from toggles.evaluator.quick import answer, recognize
from toggles.evaluator.routes import dispatch
from toggles.evaluator.server import MOST_AT_ONCE, end_with_parent, on_stop, settle_memory
from toggles.evaluator.settings import Settings, read_settings
from toggles.evaluator.tally import Tally

log = logging.getLogger("evaluator")

FIRST_ATTEMPT = 5.0  # seconds that the start waits for PostgreSQL before it serves without
TOO_LARGE = 413
STALE = (b"togglemesh-stale", b"1")


class Evaluator:
    """One process' worth of state, and the entry of every request."""

    def __init__(self, settings: Settings) -> None:
        environments, keys = Environments(), Keys(settings.rate)
        database = Database(environments, keys)
        self.parts = Parts(
            environments,
            keys,
            database,
            Feed(environments, database, settings.valkey_url),
            Admission(keys, environments, database),
            Tally(settings.valkey_url),
            settings.secret,
            OpenStreams(
                settings.streams_per_key, settings.streams_per_address, settings.trusted_proxies
            ),
        )
        self.settings = settings
        self.trusted_proxies = settings.trusted_proxies
        self.last_known = LastKnown(settings.file, environments, keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path: str = scope["path"]
        if path.startswith(ALL) and scope["method"] == "POST":
            usual = recognize(self.parts, scope)
            if usual is not None:
                first = await _first_part(receive, send)
                if first is None:
                    return
                answered = answer(self.parts, usual, path, first.get("body", b""))
                if answered is not None:
                    await send(answered[0])
                    await send(answered[1])
                    return
                receive = _again(first, receive)
        await self._dispatch(Exchange(scope, receive, send, self.trusted_proxies), send)

    async def _dispatch(self, exchange: Exchange, send: Send) -> None:
        """The way of every question that has no shorter one."""
        if b"origin" in exchange.headers or self.parts.stale:
            exchange.send = self._dressed(exchange, send)
        try:
            await dispatch(self.parts, exchange)
        except Refused as refused:
            await answer_refused(exchange.send, _worded(exchange, refused))
            if refused.status == TOO_LARGE:
                await drain(exchange.receive)
        except Disconnected:
            return
        except Exception:
            # Only the path: a query may hold a token or a person's context.
            log.exception("evaluator.failed path=%s", exchange.path)
            failed = refusal(500, "The evaluator failed; its log says why.")
            await answer_refused(exchange.send, _worded(exchange, failed))

    def _dressed(self, exchange: Exchange, send: Send) -> Send:
        """Adds to an answer what it carries in rare cases."""

        async def dressed(message: Any) -> None:
            if message["type"] == "http.response.start":
                more = [STALE] if self.parts.stale else []
                if b"origin" in exchange.headers:
                    more += origin_headers(self.parts.keys, exchange, message["status"])
                headers = [*message["headers"], *more]
                message = {**message, "headers": headers}
            await send(message)

        return dressed

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        database = self.parts.database
        background = self.parts.background
        background.start("changes from PostgreSQL", database.keep_checking)
        background.start("time limits of bodies", bodies.keep_watching)
        background.start("changes from Valkey", self.parts.feed.keep_following)
        first = asyncio.create_task(database.check(since=0))
        await asyncio.wait([first], timeout=FIRST_ATTEMPT)
        if not database.reachable:
            self.last_known.load()
        if self.last_known.file is not None:
            background.start("saving the last known state", self.last_known.keep_saving)
        self._watch_connections()
        on_stop(self._close_streams)
        settle_memory()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        background.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def _watch_connections(self) -> None:
        settings = self.settings
        if settings.connections_per_address:
            most, each = places(MOST_AT_ONCE), settings.connections_per_address
            ConnectionGuard(most, each, settings.trusted_proxies).start()

    def _close_streams(self) -> None:
        for reader in list(self.parts.environments.readers()):
            reader.close()


def _again(first: MutableMapping[str, Any], receive: Receive) -> Receive:
    """A `receive` that begins with a message that was received before."""
    messages = [first]

    async def again() -> MutableMapping[str, Any]:
        return messages.pop() if messages else await receive()

    return again


def _worded(exchange: Exchange, refused: Refused) -> Refused:
    """SDKs of Unleash look for another field."""
    if exchange.path.startswith(("/api/", "/edge/")):
        refused.content = {"message": refused.content["errorDetails"]}
    return refused


def create() -> Evaluator:
    """What granian calls in the process that serves."""
    end_with_parent()
    django.setup(set_prefix=False)
    return Evaluator(read_settings())


async def _first_part(receive: Receive, send: Send) -> Message | None:
    """The first part of the body; None when it has not come in time, and that is answered."""
    try:
        return await bodies.within(receive())
    except TimeoutError:
        await answer_refused(send, too_late())
        return None
