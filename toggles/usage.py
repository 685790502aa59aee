"""What SDKs told, read back from Valkey: which variants were given, what came of them, who runs.

Counts live in Valkey alone: they are many, soon old, and nothing depends on one of them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from togglemesh.latency import BUCKETS

HOUR, MINUTE = 3600, 60
INSTANCES_KEPT = 180  # seconds


@dataclass
class OutcomeSum:
    """What came of one event; `buckets` are counted by `togglemesh.latency.BOUNDS_MS`."""

    feature: str | None
    variant: str | None
    event: str
    count: int = 0
    success: int = 0
    failure: int = 0
    value: float = 0.0
    latency_ms: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * BUCKETS)


def usage_key(environment: str, at: float) -> str:
    """The hash with an hour's counts, by `feature variant`."""
    return f"tm:usage:{environment}:{int(at // HOUR)}"


def outcomes_key(environment: str, at: float) -> str:
    """The hash with a minute's outcomes, by `feature variant event what`."""
    return f"tm:outcomes:{environment}:{int(at // MINUTE)}"


def instances_key(environment: str) -> str:
    """The sorted set of instances, by when they were last heard of."""
    return f"tm:instances:{environment}"


def instance_key(environment: str, instance: str) -> str:
    """What one instance declared."""
    return f"tm:instance:{environment}:{instance}"


def usage(environment: str, *, now: float, hours: int = 24) -> dict[str, dict[str, int]]:
    """How often each variant was given in the last hours, the present one included."""
    keys = [usage_key(environment, now - HOUR * back) for back in range(hours)]
    given: dict[str, dict[str, int]] = {}
    for name, number in _fields(keys):
        feature, variant = name.split(" ")
        of_feature = given.setdefault(feature, {})
        of_feature[variant] = of_feature.get(variant, 0) + int(number)
    return given


def outcomes(environment: str, *, now: float, minutes: int = 60) -> list[OutcomeSum]:
    """What came of each event in the last minutes, by feature, variant and event."""
    keys = [outcomes_key(environment, now - MINUTE * back) for back in range(minutes)]
    sums: dict[tuple[str, ...], OutcomeSum] = {}
    for name, number in _fields(keys):
        *whose, what = name.split(" ")
        feature, variant, event = whose
        one = sums.setdefault(
            tuple(whose), OutcomeSum(_unless_none(feature), _unless_none(variant), event)
        )
        _add(one, what, float(number))
    return list(sums.values())


def instances(environment: str, *, now: float) -> list[dict[str, Any]]:
    """What each instance that was heard of in the last three minutes declared."""
    with _connect() as valkey:
        alive: Any = valkey.zrangebyscore(instances_key(environment), now - INSTANCES_KEPT, "+inf")
        keys = [instance_key(environment, name.decode()) for name in alive]
        found: Any = valkey.mget(keys) if keys else []
    return [json.loads(text) for text in found if text is not None]


def _fields(keys: list[str]) -> Iterator[tuple[str, bytes]]:
    with _connect() as valkey, valkey.pipeline(transaction=False) as steps:
        for key in keys:
            steps.hgetall(key)
        found: Any = steps.execute()
    for fields in found:
        for name, number in fields.items():
            yield name.decode(), number


def _add(one: OutcomeSum, what: str, number: float) -> None:
    if what.startswith("bucket:"):
        one.buckets[int(what.removeprefix("bucket:"))] += int(number)
    elif what in ("value", "latency_ms"):
        setattr(one, what, getattr(one, what) + number)
    else:
        setattr(one, what, getattr(one, what) + int(number))


def _unless_none(name: str) -> str | None:
    return None if name == "-" else name


def _connect() -> redis.Redis:
    # One attempt of two seconds at the longest: the client's own retries would triple it.
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=2,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),
    )
