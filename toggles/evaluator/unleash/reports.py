"""What Unleash's SDKs and relays tell: which instances there are, how often features were asked.

Counts end up where our own SDKs' do (docs/wire.md, "Usage, outcomes, instances").
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import redis

from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import answer, refusal
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.parts import Parts
from toggles.evaluator.reports import add_up, out_of_reach
from toggles.evaluator.tally import Overflow
from toggles.evaluator.unleash.payloads import is_plain
from toggles.evaluator.unleash.shapes import (
    LARGEST_REPORT,
    Application,
    Asked,
    Bulk,
    Metrics,
    read_report,
)

SERVERS = frozenset({"server", "edge"})
EDGES = frozenset({"edge", "server"})
CLIENTS = frozenset({"client"})
VERSION = (b"x-unleash-version", b"7.0.0")

_IDENTITY = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)


async def register(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/client/register`."""
    live, _ = await parts.admission.admit(exchange, SERVERS)
    await _see(parts, live, [read_report(await exchange.body(LARGEST_REPORT), Application)])
    await answer(exchange.send, 202, b"", [VERSION])


async def count(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/client/metrics`."""
    live, held = await parts.admission.admit(exchange, SERVERS)
    told = read_report(await exchange.body(LARGEST_REPORT), Metrics)
    await _add(parts, live, _counts(held, told.bucket.asked().items()))
    await answer(exchange.send, 202, b"", [VERSION])


async def count_bulk(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/client/metrics/bulk`: what a relay has gathered."""
    live, held = await parts.admission.admit(exchange, EDGES)
    told = read_report(await exchange.body(LARGEST_REPORT), Bulk)
    await _see(parts, live, told.applications or ())
    rows = ((row.feature_name, row) for row in told.metrics or ())
    await _add(parts, live, _counts(held, rows))
    await answer(exchange.send, 202, b"", [VERSION])


async def register_client(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/frontend/client/register`. Browsers come and go: they are not remembered."""
    await parts.admission.admit(exchange, CLIENTS)
    read_report(await exchange.body(LARGEST_REPORT), Application)
    await answer(exchange.send, 200, b"", [VERSION])


async def count_client(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/frontend/client/metrics`."""
    live, held = await parts.admission.admit(exchange, CLIENTS)
    told = read_report(await exchange.body(LARGEST_REPORT), Metrics)
    mine = [one for one in told.bucket.asked().items() if one[0] in held.client_side]
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
    name = str(told.connection_id or told.instance_id or told.app_name)
    if not _IDENTITY.fullmatch(name):
        name = hashlib.sha256(f"{told.app_name} {name}".encode()).hexdigest()[:32]
    return name, {
        "instance": name,
        "service": told.app_name,
        "version": "",
        "sdk": str(told.sdk_version or ""),
        "features": [],
    }


def _counts(held: HeldEnvironment, asked: Iterable[tuple[str, Asked]]) -> Iterator[tuple[str, int]]:
    """By `feature variant`. Only what there is: a name that somebody mistyped leaves nothing."""
    for key, one in asked:
        feature = held.features.get(key)
        if feature is None:
            continue
        off = feature["off_variant"]
        named = {name: n for name, n in one.by_variant().items() if name in feature["variants"]}
        named.pop(off, None)
        if is_plain(feature):
            named = {name: one.yes or 0 for name in feature["variants"] if name != off}
        yield from ((f"{key} {name}", number) for name, number in named.items())
        if off is not None:
            yield f"{key} {off}", one.no or 0
