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
from toggles.evaluator.environments import Environments, HeldEnvironment
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
                # PostgreSQL is asked meanwhile; whoever supervises us begins the feed anew.
                self._note(reachable=False, problem=repr(fault))
                raise
            await asyncio.sleep(next(waits))

    async def _begin(self, valkey: redis.asyncio.Redis) -> None:
        self._unreadable: frozenset[str] = frozenset()
        self._access = await self._end_of_access(valkey)
        # It asks PostgreSQL, too: what happened before this position is there already.
        self._note(reachable=True)

    async def _read_once(self, valkey: redis.asyncio.Redis) -> None:
        positions: dict[Any, Any] = {ACCESS: self._access}
        for key, held in list(self.environments.items()):
            if not held.doubted or await self._is_of_this_history(valkey, key, held.position):
                held.doubted = False
                positions[CHANGES + key] = f"{held.number}-0"
        for stream in self._unreadable:
            positions.pop(stream, None)
        answered = await self._answer(valkey, positions)
        # The client's types allow for decoded answers and for other shapes; these are raw pairs.
        found = cast("list[tuple[bytes, Entries]]", answered)
        gaps = [self._take(name.decode(), entries) for name, entries in found]
        if not found:
            await self._look_at_ends(valkey)
        if any(gaps):
            self.database.ask()
            await asyncio.sleep(jittered(0.1))  # else the same entries come again at once

    async def _is_of_this_history(
        self, valkey: redis.asyncio.Redis, key: str, position: Position
    ) -> bool:
        """Whether Valkey's stream ends with the very change that is held."""
        try:
            last = cast("Entries", await valkey.xrevrange(CHANGES + key, count=1))
        except redis.ResponseError:
            return False  # a key of another type
        return bool(last) and _position(last[0]) == position

    def _take(self, stream: str, entries: Entries) -> bool:
        """Take the entries in; True when changes are missing before them."""
        if stream == ACCESS:
            self._access = entries[-1][0]
            self.database.ask()
            return False
        held = self.environments.get(stream.removeprefix(CHANGES))
        try:
            readable = [_apply(held, stream, entry) for entry in entries if held]
        except ChangeGap as gap:
            log.info("evaluator.gap stream=%s %s", stream, gap)
            return True
        if held and not readable[-1]:
            # Not read any further until it ends with what is held: the relay sets it right.
            held.doubted = True
            self.database.ask()
        return False

    async def _answer(self, valkey: redis.asyncio.Redis, positions: dict[Any, Any]) -> Any:
        """What is new; a key that is no stream is left out from then on, until the next look."""
        if not positions:
            await asyncio.sleep(BLOCK)
            return []
        try:
            return await valkey.xread(positions, count=500, block=int(BLOCK * 1000))
        except redis.ResponseError as refusal:
            if "WRONGTYPE" not in str(refusal):
                raise
        kinds = {stream: await valkey.type(stream) for stream in positions}
        self._unreadable = frozenset(s for s, kind in kinds.items() if kind != b"stream") - {
            s for s, kind in kinds.items() if kind == b"none"
        }
        log.error("evaluator.no_stream keys=%s", ",".join(sorted(self._unreadable)))
        self.database.ask()
        return []

    async def _look_at_ends(self, valkey: redis.asyncio.Redis) -> None:
        """Nothing came: is a key a stream again, and is the end still where it was read?"""
        end = await self._end_of_access(valkey)
        if _order(end) < _order(self._access):
            self._access = end
            self.database.ask()
        for stream in self._unreadable:
            self.database.ask()
            if await valkey.type(stream) in (b"stream", b"none"):
                self._unreadable -= {stream}

    async def _end_of_access(self, valkey: redis.asyncio.Redis) -> bytes:
        try:
            last = cast("Entries", await valkey.xrevrange(ACCESS, count=1))
        except redis.ResponseError:
            return b"0-0"  # no stream; the first read says so
        return last[0][0] if last else b"0-0"

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


def _apply(held: HeldEnvironment, stream: str, entry: Entry) -> bool:
    """Apply one change; False when it cannot be read, and was passed by. Raises ChangeGap."""
    try:
        held.apply(_change_in(entry), _position(entry).mark)
    except ChangeGap:
        raise
    except Exception as problem:
        identity = entry[0].decode()
        log.error(  # noqa: TRY400 - the fault is in somebody else's entry, not on our way here
            "evaluator.unreadable_entry stream=%s id=%s problem=%r", stream, identity, problem
        )
        return False
    return True


def _change_in(entry: Entry) -> dict[str, Any]:
    change: dict[str, Any] = msgspec.json.decode(entry[1][b"change"])
    if change["number"] != _position(entry).number:
        raise ValueError(f"it calls itself {change['number']}")
    return change


def _order(identity: bytes) -> tuple[int, int]:
    number, place = identity.split(b"-")
    return int(number), int(place)


def _position(entry: Entry) -> Position:
    identity, fields = entry
    return Position(int(identity.split(b"-")[0]), fields.get(b"mark", b"").decode())
