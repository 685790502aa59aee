"""The first hop at an Envoy: answers its HTTP external authorization with decisions.

It never denies: a request about which nothing can be said goes on without decisions, and every
service takes the off variant.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from togglemesh.baggage import with_decisions
from togglemesh.engine import Decision
from togglemesh.middleware import AsgiApp, Receive, Scope, Send
from togglemesh.signing import Signer

log = logging.getLogger(__name__)

CONTEXT_HEADERS = {
    "x-user-id": "userId",
    "x-session-id": "sessionId",
    "x-user-group": "group",
}
REMOVE = "x-envoy-auth-headers-to-remove"

Headers = list[tuple[str, str]]
DecideAllCarried = Callable[[Mapping[str, Any]], Mapping[str, Decision]]


class DecidesAllCarried(Protocol):
    """What the gate needs of a client."""

    def decide_all_carried(self, context: Mapping[str, Any]) -> Mapping[str, Decision]: ...


def authorize(
    decide_all_carried: DecideAllCarried,
    headers: Iterable[tuple[str, str]],
    signer: Signer | None = None,
) -> Headers:
    """The headers of the 200 answer to a request with these headers (names in lower case)."""
    given = list(headers)
    arrived = ",".join(value for name, value in given if name == "baggage")
    decisions = decide_all_carried(context_of(given))
    variants = {key: d.variant for key, d in decisions.items() if d.variant is not None}
    signed = {f: signer.sign(f, variant) for f, variant in variants.items()} if signer else None
    return _answer(arrived, with_decisions(arrived, variants, signed))


def context_of(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The evaluation context that a request's headers tell."""
    return {CONTEXT_HEADERS[name]: value for name, value in headers if name in CONTEXT_HEADERS}


def _answer(arrived: str, leaving: str) -> Headers:
    if leaving:
        return [("baggage", leaving)]
    # Envoy would send an empty header on as one; asking it to remove the header is cleaner.
    return [(REMOVE, "baggage")] if arrived else []


def gate(client: DecidesAllCarried, *, signer: Signer | None = None) -> AsgiApp:
    """An ASGI application for Envoy's `ext_authz` filter; it answers every path.

    With a signer, here or of the client, each decision goes out with its signature.
    """
    signs: Signer | None = signer or getattr(client, "signer", None)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await _allow(_safely(client, _headers(scope), signs), send)

    return app


def _headers(scope: Scope) -> Headers:
    return [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in scope["headers"]]


def _safely(client: DecidesAllCarried, headers: Headers, signer: Signer | None) -> Headers:
    try:
        return authorize(client.decide_all_carried, headers, signer)
    except Exception:  # a request is worth more than its decision
        log.exception("gate.decide_failed")
        return authorize(lambda _context: {}, headers)


async def _allow(headers: Headers, send: Send) -> None:
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    encoded.append((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": 200, "headers": encoded})
    await send({"type": "http.response.body", "body": b""})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
