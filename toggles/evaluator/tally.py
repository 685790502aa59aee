"""Adds up in Valkey what SDKs tell; `toggles.usage` reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from toggles.usage import (
    INSTANCES_KEPT,
    OUTCOMES_KEPT,
    USAGE_KEPT,
    instance_key,
    instances_key,
    outcomes_key,
    usage_key,
)

BATCH_KEPT = 3600  # seconds in which a batch that comes again is known

Counts = Sequence[tuple[str, float]]


class Overflow(Exception):
    """Something in the batch would grow beyond what Valkey counts to: it can never be added."""


class Tally:
    """Raises redis.RedisError when Valkey is out of reach, after two seconds at most."""

    def __init__(self, url: str) -> None:
        pool = redis.asyncio.BlockingConnectionPool.from_url(
            url,
            max_connections=4,
            timeout=1,
            socket_timeout=1,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 0),
        )
        self._valkey = redis.asyncio.Redis.from_pool(pool)

    async def add(
        self, environment: str, batch: str, counts: Counts, outcomes: Counts, now: float
    ) -> None:
        """Adds each (field, number); a batch that was added already has no effect."""
        known = f"tm:batch:{environment}:{batch}"
        # Claimed before it is added: when the answer is lost it counts at most once.
        if not await self._valkey.set(known, 1, nx=True, ex=BATCH_KEPT):
            return
        async with self._valkey.pipeline(transaction=True) as steps:
            _add(steps, usage_key(environment, now), counts, USAGE_KEPT)
            _add(steps, outcomes_key(environment, now), outcomes, OUTCOMES_KEPT)
            answers = await steps.execute(raise_on_error=False)
        _check(answers)

    async def see(
        self, environment: str, instance: str, document: dict[str, Any], now: float
    ) -> None:
        """Remembers that the instance was alive now."""
        everyone = instances_key(environment)
        async with self._valkey.pipeline(transaction=True) as steps:
            steps.zremrangebyscore(everyone, "-inf", now - INSTANCES_KEPT)
            steps.zadd(everyone, {instance: now})
            steps.expire(everyone, INSTANCES_KEPT)
            steps.set(
                instance_key(environment, instance),
                msgspec.json.encode({**document, "seen": now}),
                ex=INSTANCES_KEPT,
            )
            await steps.execute()


def _add(steps: Any, key: str, counts: Counts, kept: int) -> None:
    some = [(field, number) for field, number in counts if number]
    for field, number in some:
        if isinstance(number, int):
            steps.hincrby(key, field, number)
        else:
            steps.hincrbyfloat(key, field, number)
    if some:
        steps.expire(key, kept)


def _check(answers: Sequence[object]) -> None:
    """What else was in the batch has been added all the same."""
    for one in answers:
        if isinstance(one, redis.ResponseError) and "overflow" in str(one).lower():
            raise Overflow("A count would grow beyond 64 bits; the others were added.")
        if isinstance(one, redis.RedisError):
            raise one
