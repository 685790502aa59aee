"""OFREP's hint `flagConfigEtag`: the state that a client has heard of, maybe from another evaluator
that is ahead of this one."""

from __future__ import annotations

from toggles.evaluator.environments import HeldEnvironment
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.parts import Parts

NAME = "flagConfigEtag"
PAUSE = 1.0  # seconds between readings for the sake of such hints


async def is_ahead(parts: Parts, exchange: Exchange, held: HeldEnvironment) -> bool:
    """Whether the client has heard of a newer state than is held, even after PostgreSQL was asked
    for it. "Nothing has changed" would then be wrong."""
    if NAME.encode() not in exchange.scope.get("query_string", b""):
        return False
    number = _number(exchange.query.get(NAME, ""))
    if number <= held.number:
        return False
    if parts.database.reachable:
        await parts.database.check_soon(PAUSE)
    return number > held.number


def _number(etag: str) -> int:
    """The number of the state in an ETag as our notices have it; 0 in any other."""
    text = etag.strip().removeprefix("W/").strip('"').partition("-")[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
