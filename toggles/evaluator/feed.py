"""Follow Valkey: changes of every environment, and what happens to API keys."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import msgspec
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from events.relay.backoff import delays, jittered
from togglemesh.engine import ChangeGap
from toggles.evaluator.database import Database
from toggles.evaluator.environments import Environments
from toggles.evaluator.reading import Position

log = logging.getLogger("evaluator")

ACCESS = "tm:topic:access"
CHANGES = "tm:changes:"
BLOCK = 1.0  # seconds of one blocking read; bounds how late a new environment is followed

Entry = tuple[bytes, dict[bytes, bytes]]
Entries = list[Entry]


class Feed:
    """Applies what the relay publishes; when something is missing, asks PostgreSQL."""

    def __init__(self, environments: Environments, database: Database, url: str) -> None:
        self.environments, self.database, self.url = environments, database, url
        self.reachable: bool | None = None  # None before the first attempt

    async def keep_following(self) -> None:
        """For ever, through any number of outages of Valkey."""
        waits = delays()
        while True:
            try:
                async with _connect(self.url) as valkey:
                    await self._begin(valkey)
                    waits = delays()
                    while True:
                        await self._read_once(valkey)
            except (redis.RedisError, OSError) as problem:
                self._note(reachable=False, problem=str(problem))
            except Exception as fault:
                self._note(reachable=False, problem=repr(fault))  # PostgreSQL is asked meanwhile
                raise
            await asyncio.sleep(next(waits))

    async def _begin(self, valkey: redis.asyncio.Redis) -> None:
        last = await valkey.xrevrange(ACCESS, count=1)
        self._access = last[0][0] if last else b"0-0"
        # It asks PostgreSQL, too: what happened before this position is there already.
        self._note(reachable=True)

    async def _read_once(self, valkey: redis.asyncio.Redis) -> None:
        positions: dict[Any, Any] = {ACCESS: self._access}
        for key, held in list(self.environments.items()):
            if not held.doubted or await self._is_of_this_history(valkey, key, held.position):
                held.doubted = False
                positions[CHANGES + key] = f"{held.number}-0"
        answered = await valkey.xread(positions, count=500, block=int(BLOCK * 1000))
        # The client's types allow for decoded answers and for other shapes; these are raw pairs.
        found = cast("list[tuple[bytes, Entries]]", answered)
        gaps = [self._take(name.decode(), entries) for name, entries in found]
        if any(gaps):
            self.database.ask()
            await asyncio.sleep(jittered(0.1))  # else the same entries come again at once

    async def _is_of_this_history(
        self, valkey: redis.asyncio.Redis, key: str, position: Position
    ) -> bool:
        """Whether Valkey's stream ends with the very change that is held."""
        last = cast("Entries", await valkey.xrevrange(CHANGES + key, count=1))
        return bool(last) and _position(last[0]) == position

    def _take(self, stream: str, entries: Entries) -> bool:
        """Take the entries in; True when changes are missing before them."""
        if stream == ACCESS:
            self._access = entries[-1][0]
            self.database.ask()
            return False
        held = self.environments.get(stream.removeprefix(CHANGES))
        try:
            for entry in entries:
                if held:
                    held.apply(msgspec.json.decode(entry[1][b"change"]), _position(entry).mark)
        except ChangeGap as gap:
            log.info("evaluator.gap stream=%s %s", stream, gap)
            return True
        return False

    def _note(self, *, reachable: bool, problem: str = "") -> None:
        if self.reachable != reachable:
            text = "reachable" if reachable else f"out of reach: {' '.join(problem.split())}"
            log.log(logging.INFO if reachable else logging.WARNING, "evaluator.valkey %s", text)
        self.reachable = reachable
        self.database.often = not reachable
        self.database.ask()


def _connect(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        url, socket_timeout=BLOCK + 4, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0)
    )


def _position(entry: Entry) -> Position:
    identity, fields = entry
    return Position(int(identity.split(b"-")[0]), fields.get(b"mark", b"").decode())
