"""OFREP 0.3.0: decide one feature or all of them (docs/wire.md, "OFREP")."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from mmh3 import mmh3_x64_128_digest

from togglemesh.engine import InvalidContext, validate_context
from toggles.evaluator import events
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.hints import is_ahead
from toggles.evaluator.http import JSON, Refused, answer, answer_json
from toggles.evaluator.input import Unreadable, decode
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.ofrep_answers import UNUSUAL, unusual
from toggles.evaluator.parts import Parts
from toggles.evaluator.tokens import period

KINDS = frozenset({"server", "client"})
CLIENT = "client"

ALL = "/ofrep/v1/evaluate/flags"
ONE = ALL + "/"
NO_CACHE = (b"cache-control", b"private, no-cache")
IDS = ("targetingKey", "userId", "sessionId")


async def evaluate_one(parts: Parts, exchange: Exchange) -> None:
    """`POST /ofrep/v1/evaluate/flags/{key}`."""
    admission, key = parts.admission, exchange.path[len(ONE) :]
    live, held = admission.known(exchange, KINDS) or await admission.admit(exchange, KINDS)
    body = await exchange.body()
    try:
        context = read_context(body)
    except Refused as refused:
        refused.content = {"key": key, **refused.content}
        raise
    decision = held.engine.decide(key, context)
    if decision.reason in UNUSUAL or (live.kind == CLIENT and key not in held.client_side):
        raise unusual(decision)
    await answer_json(exchange.send, held.answers.one.of(decision))


async def evaluate_all(parts: Parts, exchange: Exchange) -> None:
    """`POST /ofrep/v1/evaluate/flags`; 304 when the client has exactly this answer, and has heard
    of none that is newer."""
    admission = parts.admission
    live, held = admission.known(exchange, KINDS) or await admission.admit(exchange, KINDS)
    context = read_context(await exchange.body())
    ahead = await is_ahead(parts, exchange, held)
    etag = etag_of(live, held, context)
    headers = [(b"etag", etag), NO_CACHE]
    if exchange.has_tag(etag) and not ahead:
        await answer(exchange.send, 304, b"", headers)
        return
    await answer(exchange.send, 200, bulk_body(parts, live, held, context), [JSON, *headers])


def bulk_body(parts: Parts, live: LiveKey, held: HeldEnvironment, context: dict[str, Any]) -> bytes:
    """All decisions that the key gets, those that are the same for everybody last."""
    answers = held.answers.client_side if live.kind == CLIENT else held.answers.every
    return b'{"flags":[%b],"eventStreams":%b}' % (
        answers.items(context),
        events.event_streams(parts, live),
    )


def read_context(body: bytes) -> dict[str, Any]:
    """The evaluation context; an empty body is the empty context. Refuses, naming the field."""
    if not body:
        return {}
    try:
        request = decode(body)
    except Unreadable as problem:
        raise _bad("PARSE_ERROR", str(problem)) from None
    if request.__class__ is not dict:
        raise _bad("PARSE_ERROR", "The body must be a JSON object with the field `context`.")
    context: Any = request.get("context")
    if is_plain(context):
        return cast("dict[str, Any]", context)
    try:
        return validate_context(context)
    except InvalidContext as problem:
        raise _bad("INVALID_CONTEXT", str(problem)) from None


def is_plain(context: Any) -> bool:
    """True for a context that needs no closer look: its ids are texts, and nothing is nested."""
    if context.__class__ is not dict or "properties" in context:
        return False
    for name in IDS:  # noqa: SIM110 - `all` with a generator takes three times as long
        if name in context and context[name].__class__ is not str:
            return False
    return True


def _bad(code: str, details: str) -> Refused:
    return Refused(400, {"errorCode": code, "errorDetails": details})


def etag_of(live: LiveKey, held: HeldEnvironment, context: dict[str, Any]) -> bytes:
    """Over all that an answer depends on. With each period of tokens it is another one: an
    answer that is kept for good would keep an address that ends."""
    whole = b"%b %d %d %b %b" % (
        held.content.digest,
        held.number,
        period(),
        live.selector.encode(),
        msgspec.json.encode(context, order="sorted"),
    )
    return b'"%b"' % mmh3_x64_128_digest(whole).hex().encode()
