"""Which web pages may read an answer (CORS): each key says so itself.

A browser's preflight carries no key, so it is answered for any origin that some live key takes;
so are the refusals that a page's author has to read, whatever key the page has sent. Each header
stands once: browsers refuse an answer that says its origin twice.
"""

from __future__ import annotations

from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import Pairs, answer, refusal
from toggles.evaluator.keys import Keys

KEPT = b"7200"  # seconds for which a browser need not ask again
METHODS = b"GET, POST, OPTIONS"
EXPOSED = b"ETag, Retry-After, togglemesh-stale"


# Refusals that concern the key, not what it opens.
OF_THE_KEY = frozenset({401, 403, 429})


async def answer_preflight(keys: Keys, exchange: Exchange) -> None:
    """204 with what is allowed; 403 to an origin that no key takes. `origin_headers` are added to
    it as to every answer."""
    origin = exchange.headers.get(b"origin", b"").decode("latin-1")
    if not keys.takes_origin(origin):
        raise refusal(403, "No live API key may be used from this origin.")
    asked = exchange.headers.get(b"access-control-request-headers", b"authorization, content-type")
    headers = [
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", asked),
        (b"access-control-max-age", KEPT),
        (b"vary", b"Access-Control-Request-Headers"),
    ]
    await answer(exchange.send, 204, b"", headers)


def origin_headers(keys: Keys, exchange: Exchange, status: int) -> Pairs:
    """What an answer to a page of this origin carries; nothing when the key does not take it."""
    origin = exchange.headers[b"origin"].decode("latin-1")
    vary = (b"vary", b"Origin")
    if not _may_read(keys, exchange, origin, status):
        return [vary]
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", EXPOSED),
        vary,
    ]


def _may_read(keys: Keys, exchange: Exchange, origin: str, status: int) -> bool:
    live = exchange.live
    if live is not None and live.takes_origin(origin):
        return True
    of_the_key = live is None or status in OF_THE_KEY or status >= 500
    return of_the_key and keys.takes_origin(origin)
