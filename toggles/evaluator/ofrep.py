"""OFREP 0.3.0: decide one feature or all of them (docs/wire.md, "OFREP")."""

from __future__ import annotations

import hashlib
from typing import Any, cast

import msgspec

from togglemesh.engine import Decision, InvalidContext, validate_context
from toggles.evaluator.admission import Admission
from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.http import (
    JSON,
    Receive,
    Refused,
    Scope,
    Send,
    answer,
    answer_json,
    encode,
    read_body,
)
from toggles.evaluator.keys import LiveKey

KINDS = frozenset({"server"})

IDS = ("targetingKey", "userId", "sessionId")

_decode = msgspec.json.Decoder().decode


async def evaluate_one(
    admission: Admission, scope: Scope, receive: Receive, send: Send, key: str
) -> None:
    """`POST /ofrep/v1/evaluate/flags/{key}`."""
    headers = dict(scope["headers"])
    _, held = admission.known(headers, KINDS) or await admission.admit(headers, KINDS)
    body = await read_body(headers, receive)
    try:
        context = read_context(body)
    except Refused as refused:
        refused.content = {"key": key, **refused.content}
        raise
    decision = held.engine.decide(key, context)
    if decision.variant is None:
        raise _not_found(key)
    await answer_json(send, encode(success(decision)))


async def evaluate_all(admission: Admission, scope: Scope, receive: Receive, send: Send) -> None:
    """`POST /ofrep/v1/evaluate/flags`; 304 when the client has exactly this answer."""
    headers = dict(scope["headers"])
    live, held = admission.known(headers, KINDS) or await admission.admit(headers, KINDS)
    context = read_context(await read_body(headers, receive))
    etag = _etag(live, held, context)
    if _has(headers.get(b"if-none-match", b""), etag):
        await answer(send, 304, b"", [(b"etag", etag)])
        return
    flags = [success(decision) for decision in held.engine.decide_all(context).values()]
    await answer(send, 200, encode({"flags": flags}), [JSON, (b"etag", etag)])


def read_context(body: bytes) -> dict[str, Any]:
    """The evaluation context; an empty body is the empty context. Refuses, naming the field."""
    if not body:
        return {}
    try:
        request = _decode(body)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise _bad("PARSE_ERROR", f"The body is not JSON: {problem}") from None
    if request.__class__ is not dict:
        raise _bad("PARSE_ERROR", "The body must be a JSON object with the field `context`.")
    context: Any = request.get("context")
    if _is_plain(context):
        return cast("dict[str, Any]", context)
    try:
        return validate_context(context)
    except InvalidContext as problem:
        raise _bad("INVALID_CONTEXT", str(problem)) from None


def success(decision: Decision) -> dict[str, Any]:
    """One decision as OFREP wants it."""
    return {
        "key": decision.key,
        "reason": decision.reason,
        "variant": decision.variant,
        "value": decision.value,
        "metadata": {"revision": decision.revision},
    }


def _is_plain(context: Any) -> bool:
    """True for a context that needs no closer look: its ids are texts, and nothing is nested."""
    if context.__class__ is not dict or "properties" in context:
        return False
    for name in IDS:  # noqa: SIM110 - `all` with a generator takes three times as long
        if name in context and context[name].__class__ is not str:
            return False
    return True


def _bad(code: str, details: str) -> Refused:
    return Refused(400, {"errorCode": code, "errorDetails": details})


def _not_found(key: str) -> Refused:
    details = f"There is no feature {key!r} in this environment."
    return Refused(404, {"key": key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": details})


def _etag(live: LiveKey, held: HeldEnvironment, context: dict[str, Any]) -> bytes:
    whole = hashlib.sha256(held.content.digest)
    whole.update(b"%d %b " % (held.number, live.selector.encode()))
    whole.update(msgspec.json.encode(context, order="sorted"))
    return b'"%b"' % whole.hexdigest()[:32].encode()


def _has(if_none_match: bytes, etag: bytes) -> bool:
    tags = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return etag in tags
