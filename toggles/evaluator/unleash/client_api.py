"""Unleash's client API: features for SDKs that decide in process."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from toggles.evaluator import following
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import JSON, answer, encode, refusal
from toggles.evaluator.parts import Parts
from toggles.evaluator.unleash.specification import DELTA, SEGMENTS, read_specification

KINDS = frozenset({"server", "edge"})
NO_CACHE = (b"cache-control", b"no-cache")
FEATURES = "/api/client/features/"
FILTERS = ("project", "namePrefix", "tag")
PROJECTS = ("", "default", "*")  # all that there are


async def answer_features(parts: Parts, exchange: Exchange) -> None:
    """`GET /api/client/features`; 304 when the SDK has exactly this answer."""
    _, held = await parts.admission.admit(exchange, KINDS)
    inline = read_specification(exchange.headers) < SEGMENTS
    query = {name: value for name, value in exchange.query.items() if name in FILTERS}
    hashed = _hash(held, query, inline=inline)
    etag = f'"{hashed}:{held.number}:v1"'
    headers = [NO_CACHE, (b"etag", etag.encode())]
    if exchange.has_tag(etag.encode()):
        await answer(exchange.send, 304, b"", headers)
        return
    content: dict[str, Any] = {
        "version": 2,
        "features": _features(held, query, inline=inline),
        "query": {
            **query,
            "environment": held.engine.environment,
            "inlineSegmentConstraints": inline,
        },
        "meta": {"revisionId": held.number, "etag": etag, "queryHash": hashed},
    }
    if not inline:
        content["segments"] = held.unleash().all_segments()
    await answer(exchange.send, 200, encode(content), [JSON, *headers])


async def answer_feature(parts: Parts, exchange: Exchange) -> None:
    """`GET /api/client/features/{name}`."""
    _, held = await parts.admission.admit(exchange, KINDS)
    name = exchange.path.removeprefix(FEATURES)
    state = held.unleash()
    found = state.features.get(name)
    if found is None:
        raise refusal(404, f"There is no feature {name!r} in this environment.")
    said = state.inlined(found) if read_specification(exchange.headers) < SEGMENTS else found
    await answer(exchange.send, 200, encode(said), [JSON, NO_CACHE])


async def answer_delta(parts: Parts, exchange: Exchange) -> None:
    """`GET /api/client/delta`: what changed after the ETag that the SDK has."""
    _, held = await parts.admission.admit(exchange, KINDS)
    _expect_delta(exchange)
    headers = [NO_CACHE, (b"etag", held.etag)]
    if exchange.has_tag(held.etag):
        await answer(exchange.send, 304, b"", headers)
        return
    events = held.deltas.since(held, _last(exchange.headers.get(b"if-none-match", b""), held))
    await answer(exchange.send, 200, encode({"events": events}), [JSON, *headers])


async def follow(parts: Parts, exchange: Exchange) -> None:
    """`GET /api/client/streaming`: the same as server-sent events."""
    live, held = await parts.admission.admit(exchange, KINDS)
    _expect_delta(exchange)
    last = following.last_event(exchange)
    first = held.deltas.connected(held, last)
    await following.follow(parts.streams, exchange, live, held.deltas, [first])


def _expect_delta(exchange: Exchange) -> None:
    said = read_specification(exchange.headers)
    if (0, 0, 0) < said < DELTA:
        raise refusal(400, "Deltas need an SDK of client specification 5.2.0 or later.")


def _last(tag: bytes, held: HeldEnvironment) -> int | None:
    """The number in an ETag; None for one that tells of another history."""
    text = tag.strip().removeprefix(b"W/").strip(b'"').split(b"-")[0]
    number = int(text) if text.isdigit() and len(text) < 20 else None
    return None if number == held.number else number


def _features(held: HeldEnvironment, query: dict[str, str], *, inline: bool) -> Any:
    state = held.unleash()
    if not query:
        return state.feature_list(inline=inline)
    if query.get("project", "") not in PROJECTS or query.get("tag"):
        return []  # everything is in one project, and nothing has tags
    prefix = query.get("namePrefix", "")
    found = [one for one in state.all_features() if one["name"].startswith(prefix)]
    return [state.inlined(one) for one in found] if inline else found


def _hash(held: HeldEnvironment, query: dict[str, str], *, inline: bool) -> str:
    asked = json.dumps([query, inline], sort_keys=True).encode()
    return hashlib.sha256(held.content.digest + asked).hexdigest()[:16]
