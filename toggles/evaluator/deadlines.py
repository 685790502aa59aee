"""Time limits for what clients send, cheap enough for each request.

A timer for each would cost a tenth of a whole decision. Here a request is only noted while it is
waited for, and twice a second somebody looks for those that have waited too long.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

Received = TypeVar("Received")

PAUSE = 0.5


class Deadlines:
    """Everything that is awaited by `within` ends after `seconds`, if `keep_watching` runs."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begun: dict[asyncio.Task[object] | None, float] = {}
        self._late: set[asyncio.Task[object]] = set()

    async def within(self, receiving: Awaitable[Received]) -> Received:
        """Raises TimeoutError."""
        task = asyncio.current_task()
        self._begun[task] = time.monotonic()
        try:
            return await receiving
        except asyncio.CancelledError:
            if task is None or task not in self._late:
                raise
            task.uncancel()
            raise TimeoutError from None
        finally:
            del self._begun[task]
            if self._late:
                self._late.discard(task)

    async def keep_watching(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(PAUSE)
            self.end_late(time.monotonic())

    def end_late(self, now: float) -> None:
        for task, begun in list(self._begun.items()):
            if task is not None and task not in self._late and now - begun > self.seconds:
                self._late.add(task)
                task.cancel()


bodies = Deadlines(10.0)  # for a body whole, however it trickles
