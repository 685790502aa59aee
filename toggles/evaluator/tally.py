"""Adds up in Valkey what SDKs tell; `toggles.usage` reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from toggles.usage import (
    INSTANCES_KEPT,
    instance_key,
    instances_key,
    outcomes_key,
    usage_key,
)

BATCH_KEPT = 3600  # seconds in which a batch that comes again is known

# What others say has bounds: fields of one hour's and one minute's hash, instances of a kind.
MOST_COUNTS, MOST_OUTCOMES, MOST_INSTANCES = 50_000, 10_000, 10_000

# Adds to fields that are there, and to new ones while there is room; what comes of further events
# is added up as `- - (more)`, counts of further names are dropped. A count that would overflow
# keeps none of the others from being added; the answer is its error then.
ADD = """
local length, problem = redis.call('HLEN', KEYS[1]), nil
for i = 3, #ARGV, 2 do
  local field, number = ARGV[i], ARGV[i + 1]
  if redis.call('HEXISTS', KEYS[1], field) == 0 then
    if length < tonumber(ARGV[2]) then
      length = length + 1
    else
      local what = string.match(field, '^%S+ %S+ %S+ (%S+)$')
      field = what and '- - (more) ' .. what
    end
  end
  if field then
    local add = string.find(number, '[.e]') and 'HINCRBYFLOAT' or 'HINCRBY'
    local answer = redis.pcall(add, KEYS[1], field, number)
    if type(answer) == 'table' and answer.err then problem = answer.err end
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
if problem then return redis.error_reply(problem) end
"""

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
        kept = settings.RETENTION
        async with self._valkey.pipeline(transaction=True) as steps:
            _add(steps, usage_key(environment, now), counts, kept.usage, MOST_COUNTS)
            _add(steps, outcomes_key(environment, now), outcomes, kept.outcomes, MOST_OUTCOMES)
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
            steps.zremrangebyrank(everyone, 0, -MOST_INSTANCES - 1)
            steps.expire(everyone, INSTANCES_KEPT)
            steps.set(
                instance_key(environment, instance),
                msgspec.json.encode({**document, "seen": now}),
                ex=INSTANCES_KEPT,
            )
            await steps.execute()


def _add(steps: Any, key: str, counts: Counts, kept: timedelta, most: int) -> None:
    words = [word for field, number in counts if number for word in (field, repr(number))]
    if words:
        steps.eval(ADD, 1, key, int(kept.total_seconds()), most, *words)


def _check(answers: Sequence[object]) -> None:
    """What else was in the batch has been added all the same."""
    for one in answers:
        if isinstance(one, redis.ResponseError) and "overflow" in str(one).lower():
            raise Overflow("A count would grow beyond 64 bits; the others were added.")
        if isinstance(one, redis.RedisError):
            raise one
