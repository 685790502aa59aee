"""What Unleash Edge asks beyond an SDK: which tokens are good, and somewhere to report itself."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import JSON, answer, encode
from toggles.evaluator.keys import LiveKey
from toggles.evaluator.parts import Parts
from toggles.evaluator.unleash.shapes import LARGEST_REPORT, read_report

KINDS = frozenset({"server", "edge"})
TYPES = {"server": "client", "edge": "client", "client": "frontend"}
NO_STORE = (b"cache-control", b"no-store")


class Asked(msgspec.Struct):
    tokens: Annotated[list[Annotated[str, Meta(max_length=500)]], Meta(max_length=1000)]


async def validate(parts: Parts, exchange: Exchange) -> None:
    """`POST /edge/validate`: those of the tokens that are live keys. It takes no key of its own:
    who knows a token may know what it opens."""
    asked = read_report(await exchange.body(), Asked)
    found = await parts.admission.find_all(dict.fromkeys(asked.tokens))
    said = [_said(token, live) for token, live in found.items()]
    await answer(exchange.send, 200, encode({"tokens": said}), [JSON, NO_STORE])


async def take_observations(parts: Parts, exchange: Exchange) -> None:
    """`POST /api/client/metrics/edge`: how the relay itself fares, of no use here."""
    await parts.admission.admit(exchange, KINDS)
    await exchange.body(LARGEST_REPORT)
    await answer(exchange.send, 202, b"")


def _said(token: str, live: LiveKey) -> dict[str, Any]:
    return {
        "token": token,
        "type": TYPES[live.kind],
        "projects": ["*"],
        "environment": live.environment,
    }
