"""The ASGI application: dispatches requests, and keeps the feed running."""

from __future__ import annotations

import asyncio
import logging

import django

from toggles.evaluator import health, ofrep, polling, reports, stream
from toggles.evaluator.admission import Admission
from toggles.evaluator.database import Database
from toggles.evaluator.environments import Environments
from toggles.evaluator.feed import Feed
from toggles.evaluator.http import (
    Disconnected,
    Receive,
    Refused,
    Scope,
    Send,
    answer_refused,
    refusal,
)
from toggles.evaluator.keys import Keys
from toggles.evaluator.server import end_with_parent, on_stop
from toggles.evaluator.tally import Tally

log = logging.getLogger("evaluator")

ALL = "/ofrep/v1/evaluate/flags"
ONE = ALL + "/"
CHANGES = "/stream/v1/changes"
SNAPSHOT = "/stream/v1/snapshot"
USAGE = "/client/v1/usage"
REGISTER = "/client/v1/register"
FIRST_ATTEMPT = 5.0  # seconds that the start waits for PostgreSQL before it serves without


class Evaluator:
    """One process' worth of state, and the entry of every request."""

    def __init__(self, valkey_url: str) -> None:
        self.environments, self.keys = Environments(), Keys()
        self.database = Database(self.environments, self.keys)
        self.feed = Feed(self.environments, self.database, valkey_url)
        self.admission = Admission(self.keys, self.environments, self.database)
        self.tally = Tally(valkey_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        try:
            await self._dispatch(scope, receive, send)
        except Refused as refused:
            await answer_refused(send, refused)
        except Disconnected:
            return
        except Exception:
            log.exception("evaluator.failed path=%s", scope["path"])
            await answer_refused(send, refusal(500, "The evaluator failed; its log says why."))

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(ONE):
            if scope["method"] != "POST":  # spares the hot path a call
                _only(scope, "POST")
            await ofrep.evaluate_one(self.admission, scope, receive, send, path[len(ONE) :])
        elif path == ALL:
            _only(scope, "POST")
            await ofrep.evaluate_all(self.admission, scope, receive, send)
        elif path == CHANGES:
            _only(scope, "GET")
            await stream.follow(self.admission, scope, receive, send)
        elif path == SNAPSHOT:
            _only(scope, "GET")
            await polling.answer_snapshot(self.admission, scope, send)
        elif path == USAGE:
            _only(scope, "POST")
            await reports.count(self.admission, self.tally, scope, receive, send)
        elif path == REGISTER:
            _only(scope, "POST")
            await reports.register(self.admission, self.tally, scope, receive, send)
        elif path == "/healthz":
            _only(scope, "GET", "HEAD")
            await health.answer_alive(send)
        elif path == "/readyz":
            _only(scope, "GET", "HEAD")
            await health.answer_ready(send, self.environments, self.database, self.feed)
        else:
            raise refusal(404, f"There is nothing at {path}.")

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        checking = asyncio.create_task(self.database.keep_checking())
        following = asyncio.create_task(self.feed.keep_following())
        await asyncio.wait(
            [asyncio.create_task(self.database.check(since=0))], timeout=FIRST_ATTEMPT
        )
        on_stop(self._close_streams)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        checking.cancel()
        following.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    def _close_streams(self) -> None:
        for reader in list(self.environments.readers()):
            reader.close()


def _only(scope: Scope, *methods: str) -> None:
    if scope["method"] not in methods:
        allowed = ", ".join(methods)
        raise refusal(405, f"Only {allowed} is allowed here.", [(b"allow", allowed.encode())])


def create() -> Evaluator:
    """What granian calls in the process that serves."""
    end_with_parent()
    django.setup(set_prefix=False)
    from django.conf import settings  # noqa: PLC0415 - needs the setup

    return Evaluator(settings.REDIS_URL)
