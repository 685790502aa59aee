"""Unleash's frontend API: what is on for one context, for browsers and phones."""

from __future__ import annotations

import re
from random import getrandbits
from typing import Any

from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import JSON, answer, refusal
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.ofrep import etag_of, read_context
from toggles.evaluator.parts import Parts

KINDS = frozenset({"client"})
NO_CACHE = (b"cache-control", b"no-cache")
ROOT = frozenset({"userId", "sessionId", "remoteAddress", "appName", "currentTime"})

_PROPERTY = re.compile(r"properties\[([^\]]+)\]")


async def answer_query(parts: Parts, exchange: Exchange) -> None:
    """`GET /api/frontend`: the context is in the query."""
    live, held = await parts.admission.admit(exchange, KINDS)
    await _answer(exchange, live, held, _context_of_query(exchange.query))


async def answer_body(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/frontend`: the context is in the body."""
    live, held = await parts.admission.admit(exchange, KINDS)
    await _answer(exchange, live, held, read_context(await exchange.body()))


async def refuse(_parts: Parts, exchange: Exchange) -> None:
    """What Unleash's own frontend API has an address for, and does not do."""
    raise refusal(405, f"{exchange.path} is not part of the frontend API.", [(b"allow", b"")])


async def _answer(
    exchange: Exchange, live: LiveKey, held: HeldEnvironment, given: dict[str, Any]
) -> None:
    context = {name: value for name, value in given.items() if value not in (None, "")}
    context.setdefault("remoteAddress", exchange.address)
    context["environment"] = live.environment
    etag = etag_of(live, held, context)
    headers = [NO_CACHE, (b"etag", etag)]
    if exchange.has_tag(etag):
        await answer(exchange.send, 304, b"", headers)
        return
    # Not in the ETag: who comes without a session keeps what fell to the first one.
    context.setdefault("sessionId", f"{getrandbits(64):016x}")
    body = b'{"toggles":[%b]}' % held.answers.toggles.items(_flat(context))
    await answer(exchange.send, 200, body, [JSON, *headers])


def _flat(context: dict[str, Any]) -> dict[str, Any]:
    """With each property on the top level too, as constraints see it anyhow: they find it there
    in a third of the time."""
    properties = context.get("properties")
    return {**properties, **context} if isinstance(properties, dict) else context


def _context_of_query(query: dict[str, str]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    properties: dict[str, str] = {}
    for name, value in query.items():
        found = _PROPERTY.fullmatch(name)
        if name in ROOT:
            context[name] = value
        elif name != "environment":
            properties[found[1] if found else name] = value
    return {**context, "properties": properties} if properties else context
