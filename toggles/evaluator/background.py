"""Tasks that run as long as the process: one that dies is seen, started again, and missed.

Such a task ends only by a fault nobody foresaw; outages it bears by itself. It is logged with its
cause and started again after a growing pause. When that does not help the process ends, so that
whoever runs it hears of it: a process that serves old decisions in silence is worse than none.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable

from events.relay.backoff import jittered

log = logging.getLogger("evaluator")

MOST_FAILURES = 5  # in a row; a task that has run for `SOUND` seconds has no failures any more
SOUND = 60.0
FIRST_PAUSE = 0.5
EXIT_CODE = 70  # EX_SOFTWARE

Work = Callable[[], Awaitable[None]]


def end_process() -> None:
    """At once: granian's main process then ends as well, with an exit code other than 0."""
    os._exit(EXIT_CODE)


class Background:
    """`troubles` says by task what is wrong now, `failures` counts all since the start."""

    def __init__(self, give_up: Callable[[], None] = end_process) -> None:
        self.troubles: dict[str, str] = {}
        self.failures: dict[str, int] = {}
        self._give_up = give_up
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, work: Work) -> None:
        """Keep `work` running; it is not meant to end."""
        self.failures[name] = 0
        self._tasks.append(asyncio.create_task(self._keep(name, work), name=name))

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _keep(self, name: str, work: Work) -> None:
        in_a_row = 0
        while in_a_row < MOST_FAILURES:
            began = asyncio.get_running_loop().time()
            cause = await self._run(name, work)
            lasted = asyncio.get_running_loop().time() - began
            in_a_row = 1 if lasted > SOUND else in_a_row + 1
            self.failures[name] += 1
            self.troubles[name] = f"{cause}; failure {in_a_row} of {MOST_FAILURES}"
            log.error("evaluator.task_died task=%s %s", name, self.troubles[name])
            await asyncio.sleep(jittered(FIRST_PAUSE * 2 ** (in_a_row - 1)))
        log.critical("evaluator.giving_up task=%s %s", name, self.troubles[name])
        self._give_up()

    async def _run(self, name: str, work: Work) -> str:
        """Why it ended."""
        sound = asyncio.get_running_loop().call_later(SOUND, self.troubles.pop, name, None)
        try:
            await work()
        except Exception as cause:
            log.exception("evaluator.task_failed task=%s", name)
            return " ".join(f"{type(cause).__name__}: {cause}".split())
        finally:
            sound.cancel()
        return "it ended by itself"
