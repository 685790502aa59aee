"""What Unleash's SDKs tell: which instances there are, and how often features were asked.

Counts end up where our own SDKs' do (docs/wire.md, "Usage, outcomes, instances").
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
import redis
from msgspec import Meta

from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import answer, refusal
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.parts import Parts
from toggles.evaluator.reports import Count, add_up, decode, out_of_reach
from toggles.evaluator.tally import Overflow
from toggles.evaluator.unleash.payloads import is_plain

SERVERS = frozenset({"server", "edge"})
EDGES = frozenset({"edge", "server"})
CLIENTS = frozenset({"client"})
VERSION = (b"x-unleash-version", b"7.0.0")

Text = Annotated[str, Meta(max_length=500)]

_IDENTITY = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)


class Application(msgspec.Struct, rename="camel"):
    """One running SDK. What else it sends is of no use here."""

    app_name: Text
    instance_id: Text | None = None
    connection_id: Text | None = None
    sdk_version: Text | None = None


class Asked(msgspec.Struct):
    """How often a feature was on and off, and which variants were given."""

    yes: Count = 0
    no: Count = 0
    variants: dict[str, Count] = {}


class Bucket(msgspec.Struct):
    toggles: Annotated[dict[str, Asked], Meta(max_length=20_000)]


class Metrics(msgspec.Struct, rename="camel"):
    app_name: Text
    bucket: Bucket


class Row(msgspec.Struct, rename="camel"):
    """One feature in one hour, as a relay brings it."""

    feature_name: str
    yes: Count = 0
    no: Count = 0
    variants: dict[str, Count] = {}


class Bulk(msgspec.Struct):
    applications: Annotated[list[Application], Meta(max_length=10_000)] = []
    metrics: Annotated[list[Row], Meta(max_length=20_000)] = []


async def register(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/client/register`."""
    live, _ = await parts.admission.admit(exchange, SERVERS)
    await _see(parts, live, [decode(await exchange.body(), Application)])
    await answer(exchange.send, 202, b"", [VERSION])


async def count(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/client/metrics`."""
    live, held = await parts.admission.admit(exchange, SERVERS)
    told = decode(await exchange.body(), Metrics)
    await _add(parts, live, _counts(held, told.bucket.toggles.items()))
    await answer(exchange.send, 202, b"", [VERSION])


async def count_bulk(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/client/metrics/bulk`: what a relay has gathered."""
    live, held = await parts.admission.admit(exchange, EDGES)
    told = decode(await exchange.body(), Bulk)
    await _see(parts, live, told.applications)
    rows = ((row.feature_name, Asked(row.yes, row.no, row.variants)) for row in told.metrics)
    await _add(parts, live, _counts(held, rows))
    await answer(exchange.send, 202, b"", [VERSION])


async def register_client(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/frontend/client/register`. Browsers come and go: they are not remembered."""
    await parts.admission.admit(exchange, CLIENTS)
    decode(await exchange.body(), Application)
    await answer(exchange.send, 200, b"", [VERSION])


async def count_client(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/frontend/client/metrics`."""
    live, held = await parts.admission.admit(exchange, CLIENTS)
    told = decode(await exchange.body(), Metrics)
    mine = [one for one in told.bucket.toggles.items() if one[0] in held.client_side]
    await _add(parts, live, _counts(held, mine))
    await answer(exchange.send, 200, b"", [VERSION])


async def _see(parts: Parts, live: LiveKey, applications: Iterable[Application]) -> None:
    try:
        for one in applications:
            instance, document = _instance(one)
            await parts.tally.see(live.environment, instance, document, time.time())
    except (redis.RedisError, OSError) as problem:
        raise out_of_reach(problem) from None


async def _add(parts: Parts, live: LiveKey, counts: Iterator[tuple[str, int]]) -> None:
    try:
        await parts.tally.add(live.environment, uuid.uuid4().hex, add_up(counts), [], time.time())
    except Overflow as problem:
        raise refusal(400, str(problem)) from None
    except (redis.RedisError, OSError) as problem:
        raise out_of_reach(problem) from None


def _instance(told: Application) -> tuple[str, dict[str, Any]]:
    name = told.connection_id or told.instance_id or told.app_name
    if not _IDENTITY.fullmatch(name):
        name = hashlib.sha256(f"{told.app_name} {name}".encode()).hexdigest()[:32]
    return name, {
        "instance": name,
        "service": told.app_name,
        "version": "",
        "sdk": told.sdk_version or "",
        "features": [],
    }


def _counts(held: HeldEnvironment, asked: Iterable[tuple[str, Asked]]) -> Iterator[tuple[str, int]]:
    """By `feature variant`. Only what there is: a name that somebody mistyped leaves nothing."""
    for key, one in asked:
        feature = held.features.get(key)
        if feature is None:
            continue
        off = feature["off_variant"]
        named = {name: n for name, n in one.variants.items() if name in feature["variants"]}
        named.pop(off, None)
        if is_plain(feature):
            named = {name: one.yes for name in feature["variants"] if name != off}
        yield from ((f"{key} {name}", number) for name, number in named.items())
        if off is not None:
            yield f"{key} {off}", one.no
