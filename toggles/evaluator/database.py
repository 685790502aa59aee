"""PostgreSQL as the evaluator sees it: asked now and then, at once when something is missing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django.db

from events.relay.backoff import jittered
from toggles.evaluator.environments import Environments, HeldEnvironment
from toggles.evaluator.keys import Keys
from toggles.evaluator.reading import News, Position, read_news

log = logging.getLogger("evaluator")

PATIENCE = 10.0  # seconds for one reading; a server that hangs counts as out of reach
SELDOM, OFTEN = 5.0, 1.0  # seconds between checks: Valkey brings changes; it does not


class OutOfReach(Exception):
    """PostgreSQL cannot be asked now."""


class Database:
    """Brings environments and keys up to what PostgreSQL has."""

    def __init__(self, environments: Environments, keys: Keys) -> None:
        self.environments, self.keys = environments, keys
        self.reachable: bool | None = None  # None before the first attempt
        self.tried_at = float("-inf")  # when the last attempt began
        self.often = True
        self._asked = asyncio.Event()
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")

    def ask(self) -> None:
        """Have a check made at once."""
        self._asked.set()

    async def keep_checking(self) -> None:
        """For ever: each five seconds; each second while Valkey or PostgreSQL is missing."""
        while True:
            await self.check()
            doubted = any(held.doubted for held in self.environments.values())
            often = self.often or doubted or not self.reachable
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), jittered(OFTEN if often else SELDOM))
            self._asked.clear()

    async def check(self, since: float = float("inf")) -> bool:
        """Read what is new, and take it. False, and nothing changed, when out of reach.

        An attempt that began after `since` (time.monotonic()) counts for this one as well.
        """
        async with self._turn:
            if self.tried_at <= since:
                await self._attempt()
            return bool(self.reachable)

    async def check_soon(self, pause: float) -> bool:
        """A check that begins after now, but not within `pause` seconds of the last one."""
        now = time.monotonic()
        await asyncio.sleep(self.tried_at + pause - now)
        return await self.check(since=now)

    async def _attempt(self) -> None:
        self.tried_at, held = time.monotonic(), self.environments.positions()
        try:
            news = await self._read(held)
        except OutOfReach as problem:
            self._note(reachable=False, problem=str(problem))
        else:
            self._take(news, held)
            self._note(reachable=True)

    async def _read(self, held: dict[str, Position]) -> News:
        reading = asyncio.get_running_loop().run_in_executor(self._thread, read_news, held)
        try:
            return await asyncio.wait_for(asyncio.shield(reading), PATIENCE)
        except (django.db.Error, OSError, TimeoutError) as problem:
            raise OutOfReach(f"{type(problem).__name__}: {problem}") from problem

    def _take(self, news: News, held: dict[str, Position]) -> None:
        self.keys.replace(news.keys)
        for reader in list(self.environments.readers()):
            if not self.keys.is_live(reader.selector):
                reader.close()
        for gone in self.environments.keys() - news.environments:
            for reader in self.environments.pop(gone).readers():
                reader.close()
        for key, changes in news.changes.items():
            if self.environments[key].position == held[key]:
                for change in changes:
                    self.environments[key].apply(change, news.marks[key])
        for key, snapshot in news.snapshots.items():
            self._take_snapshot(key, snapshot, news.marks[key], held.get(key))

    def _take_snapshot(
        self, key: str, snapshot: dict[str, Any], mark: str, held: Position | None
    ) -> None:
        present = self.environments.get(key)
        if present is None:
            self.environments[key] = HeldEnvironment(snapshot, mark)
        elif present.position == held:  # else changes came meanwhile: the next check decides
            present.replace(snapshot, mark)
        log.info("evaluator.loaded environment=%s number=%s", key, self.environments[key].number)

    def _note(self, *, reachable: bool, problem: str = "") -> None:
        if self.reachable != reachable:
            text = "reachable" if reachable else f"out of reach: {' '.join(problem.split())}"
            log.log(logging.INFO if reachable else logging.WARNING, "evaluator.postgresql %s", text)
        self.reachable = reachable
