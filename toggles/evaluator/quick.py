"""The short way of OFREP decisions, by far the most frequent requests.

It takes what is usual: a server key that was admitted before, a small body that came whole, a plain
context, a feature that has a variant. For anything else it says None and the long way answers; both
ways give the same bytes (`tests/evaluator/test_quick.py`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.http import JSON, JSON_START, LARGEST_BODY, Message, Scope
from toggles.evaluator.input import BROKEN, may_be_deep
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.ofrep import ALL, NO_CACHE, ONE, bulk_body, etag_of, is_plain
from toggles.evaluator.ofrep_answers import UNUSUAL
from toggles.evaluator.parts import Parts

# A usual request before its body: the key, what it opens, and the body's length in bytes.
Usual = tuple[LiveKey, HeldEnvironment, int]
Answer = tuple[Message, Message]  # of ASGI: the start of the response, and its body
UNCOMMON = frozenset({b"origin", b"if-none-match"})

_decode = msgspec.json.Decoder().decode


def recognize(parts: Parts, scope: Scope) -> Usual | None:
    """None for a request that is not usual."""
    live, length = None, b""
    for name, value in scope["headers"]:
        if name == b"authorization":
            live = parts.keys.accepted.get(value)
        elif name == b"content-length":
            length = value
        elif name in UNCOMMON:
            return None
    if live is None or live.kind != "server" or not length.isdigit() or parts.stale:
        return None
    held = parts.environments.get(live.environment)
    return None if held is None else (live, held, int(length))


def answer(parts: Parts, usual: Usual, path: str, body: bytes) -> Answer | None:
    """The usual answer; None when the long way has to answer."""
    live, held, length = usual
    if len(body) != length or length > LARGEST_BODY or may_be_deep(body):
        return None
    try:
        context: Any = _decode(body)["context"]
    except (*BROKEN, KeyError, TypeError):
        return None
    if not is_plain(context):
        return None
    if path == ALL:
        return _all(parts, live, held, context)
    return _one(live, held, path[len(ONE) :], context) if path.startswith(ONE) else None


def _one(live: LiveKey, held: HeldEnvironment, key: str, context: dict[str, Any]) -> Answer | None:
    decision = held.engine.decide(key, context)
    if decision.variant is None or decision.reason in UNUSUAL or live.bucket.take():
        return None
    return JSON_START, {"type": "http.response.body", "body": held.answers.one.of(decision)}


def _all(
    parts: Parts, live: LiveKey, held: HeldEnvironment, context: dict[str, Any]
) -> Answer | None:
    if live.bucket.take():
        return None
    headers = [JSON, (b"etag", etag_of(live, held, context)), NO_CACHE]
    body = bulk_body(parts, live, held, context)
    return {**JSON_START, "headers": headers}, {"type": "http.response.body", "body": body}
