"""`/healthz`: the process turns. `/readyz`: it reaches its database. For probes; no sign-in.

In the web process they need none of the threads in which pages are made.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error, close_old_connections, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from controlplane.wsgi_calls import Answer

PATIENCE = 0.8  # seconds; probes wait for one
ALIVE, READY = "alive", "ready"
AWAY = "the database does not answer"


@login_not_required
@never_cache
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    """Touches nothing: restarting us would not bring the database back."""
    return JsonResponse({"status": ALIVE})


@login_not_required
@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    status = database_status()
    return JsonResponse({"status": status}, status=200 if status == READY else 503)


def database_status() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return AWAY
    return READY


class Health:
    """The same two for the web process' front: within a second, by a thread of their own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._asked: asyncio.Future[str] | None = None

    async def answer(self, scope: Mapping[str, Any]) -> Answer | None:
        """None for any other request."""
        if scope["method"] not in ("GET", "HEAD"):
            return None
        if scope["path"] == "/healthz":
            return _answer(ALIVE)
        return _answer(await self._database()) if scope["path"] == "/readyz" else None

    async def _database(self) -> str:
        """All who ask at the same time get one question's answer."""
        if self._asked is None or self._asked.done():
            loop = asyncio.get_running_loop()
            self._asked = loop.run_in_executor(self._thread, _look_anew)
        done, _ = await asyncio.wait([self._asked], timeout=PATIENCE)
        return self._asked.result() if done else AWAY


def _look_anew() -> str:
    close_old_connections()
    return database_status()


def _answer(status: str) -> Answer:
    body = json.dumps({"status": status}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"content-length", b"%d" % len(body)),
    ]
    return 503 if status == AWAY else 200, headers, body
