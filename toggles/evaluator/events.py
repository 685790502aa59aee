"""`GET /ofrep/v1/events`: OFREP's hints that decisions may have changed."""

from __future__ import annotations

from functools import lru_cache

from toggles.evaluator import following
from toggles.evaluator.admission import CHALLENGE
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.frames import KEEP_ALIVE
from toggles.evaluator.http import encode, refusal
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.parts import Parts
from toggles.evaluator.tokens import make_token, period, read_token

KINDS = frozenset({"server", "client"})
PATH = "/ofrep/v1/events"


def event_streams(parts: Parts, live: LiveKey) -> bytes:
    """What a bulk answer says of the stream, as JSON. It stays the same for a while: a client
    connects anew when it changes."""
    return _streams(parts.secret, live.selector, live.digest, period())


@lru_cache(maxsize=1024)
def _streams(secret: bytes, selector: str, digest: str, number: int) -> bytes:
    # Without `origin`: the stream is where the client has found us.
    uri = f"{PATH}?token={make_token(secret, selector, digest, number)}"
    return encode([{"type": "sse", "endpoint": {"requestUri": uri}}])


async def follow(parts: Parts, exchange: Exchange) -> None:
    """Open until the token ends; then a last hint makes the client fetch a new address."""
    opened = read_token(parts.secret, parts.keys, exchange.query.get("token", ""))
    if opened is None:
        raise refusal(401, "The address of this stream is not good any more.", CHALLENGE)
    live, held = parts.admission.open(exchange, opened[0], KINDS)
    # Something may have happened between the answer and the stream: who asks in vain gets 304.
    seen = following.last_event(exchange) == held.number
    first = KEEP_ALIVE if seen else held.notice_frame()
    channel = held.notices[live.kind == "client"]
    await following.follow(
        parts.streams,
        exchange,
        live,
        channel,
        [first],
        seconds=opened[1],
        parting=held.notice_frame,
    )
