"""What SDKs tell: `POST /client/v1/register` and `POST /client/v1/usage` (docs/wire.md)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Annotated, TypeVar

import msgspec
import redis
from msgspec import Meta

from togglemesh.latency import BUCKETS
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import Refused, answer, refusal
from toggles.evaluator.input import BROKEN
from toggles.evaluator.parts import Parts
from toggles.evaluator.tally import Overflow

KINDS = frozenset({"server", "edge"})
LATER = [(b"retry-after", b"10")]

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", max_length=50)]
EventName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*\Z", max_length=100)]
Identity = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]+\Z", max_length=64)]
Text = Annotated[str, Meta(max_length=200)]
# Of one report. All reports of an hour together stay far below what Valkey counts to (2**63 - 1).
GREATEST_COUNT = 2**40
Count = Annotated[int, Meta(ge=0, le=GREATEST_COUNT)]
Amount = Annotated[float, Meta(ge=-1e15, le=1e15)]

Number = TypeVar("Number", int, float)
Shape = TypeVar("Shape", bound=msgspec.Struct)


class Registration(msgspec.Struct):
    """One running instance of a service, and what it declares."""

    instance: Identity
    service: Text = ""
    version: Text = ""
    sdk: Text = ""
    features: Annotated[list[Name], Meta(max_length=1000)] = []


class Latency(msgspec.Struct):
    """`buckets`: how many came within each bound of `togglemesh.latency.BOUNDS_MS`, and beyond."""

    sum: Annotated[float, Meta(ge=0, le=1e15)]
    buckets: Annotated[list[Count], Meta(min_length=BUCKETS, max_length=BUCKETS)]


class Outcome(msgspec.Struct):
    """What came of an event, summed up over the report's time."""

    event: EventName
    feature: Name | None = None
    variant: Name | None = None
    count: Count = 0
    success: Count = 0
    failure: Count = 0
    value: Amount = 0.0
    latency_ms: Latency | None = None


class Usage(msgspec.Struct):
    """One batch. Its `id` makes sending it twice count once."""

    id: Identity
    counts: dict[Name, dict[Name, Count]] = {}
    outcomes: Annotated[list[Outcome], Meta(max_length=500)] = []


async def register(parts: Parts, exchange: Exchange) -> None:
    """Remembers the instance for three minutes; it comes again each minute."""
    _, environment, told = await _read(parts, exchange, Registration)
    try:
        await parts.tally.see(environment, told.instance, msgspec.to_builtins(told), time.time())
    except (redis.RedisError, OSError) as problem:
        raise out_of_reach(problem) from None
    await answer(exchange.send, 202, b"{}")


async def count(parts: Parts, exchange: Exchange) -> None:
    """Adds a batch up. 503 when it cannot be kept now: the SDK brings it again."""
    held, environment, told = await _read(parts, exchange, Usage)
    counts = add_up(_counts(told, held))
    outcomes = add_up(pair for one in told.outcomes for pair in _outcome(_of_known(one, held)))
    try:
        await parts.tally.add(environment, told.id, counts, outcomes, time.time())
    except Overflow as problem:
        raise refusal(400, str(problem)) from None
    except (redis.RedisError, OSError) as problem:
        raise out_of_reach(problem) from None
    await answer(exchange.send, 202, b"{}")


async def _read(
    parts: Parts, exchange: Exchange, shape: type[Shape]
) -> tuple[HeldEnvironment, str, Shape]:
    live, held = await parts.admission.admit(exchange, KINDS)
    return held, live.environment, decode(await exchange.body(), shape)


def decode(body: bytes, shape: type[Shape]) -> Shape:
    """The body in this shape; 400 says what is wrong with it."""
    try:
        return msgspec.json.decode(body, type=shape)
    except BROKEN as problem:
        raise refusal(400, f"The body cannot be read: {problem}") from None


def add_up(counts: Iterable[tuple[str, Number]]) -> list[tuple[str, Number]]:
    """Each name once. Refuses what is beyond `GREATEST_COUNT` only together."""
    sums: dict[str, Number] = {}
    for name, number in counts:
        whole = sums[name] = sums.get(name, 0) + number
        if isinstance(whole, int) and whole > GREATEST_COUNT:
            raise refusal(400, f"{name}: more than {GREATEST_COUNT} in one report.")
    return list(sums.items())


def _counts(told: Usage, held: HeldEnvironment) -> Iterator[tuple[str, int]]:
    """By `feature variant`. Only what there is: a name that somebody made up leaves nothing."""
    for feature, variants in told.counts.items():
        for variant, number in variants.items():
            if _is_known(held, feature, variant):
                yield f"{feature} {variant}", number


def _of_known(one: Outcome, held: HeldEnvironment) -> Outcome:
    """The same, without a feature or variant that there is not: the event itself did happen."""
    if one.feature is None or _is_known(held, one.feature, one.variant):
        return one
    return msgspec.structs.replace(one, feature=None, variant=None)


def _is_known(held: HeldEnvironment, feature: str, variant: str | None) -> bool:
    found = held.features.get(feature)
    return found is not None and (variant is None or variant in found["variants"])


def _outcome(one: Outcome) -> Iterator[tuple[str, float]]:
    name = f"{one.feature or '-'} {one.variant or '-'} {one.event}"
    for what in ("count", "success", "failure", "value"):
        yield f"{name} {what}", getattr(one, what)
    if one.latency_ms is not None:
        yield f"{name} latency_ms", one.latency_ms.sum
        for index, number in enumerate(one.latency_ms.buckets):
            yield f"{name} bucket:{index}", number


def out_of_reach(problem: Exception) -> Refused:
    """What is answered when Valkey cannot take a report."""
    return refusal(503, f"Reports cannot be kept now ({type(problem).__name__}).", LATER)
