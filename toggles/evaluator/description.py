"""`GET /openapi.yaml`: what this server answers, for people and tools."""

from __future__ import annotations

from pathlib import Path

from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import answer, refusal
from toggles.evaluator.parts import Parts

FILE = Path(__file__).parents[2] / "docs" / "evaluator-openapi.yaml"


async def answer_description(_parts: Parts, exchange: Exchange) -> None:
    """Read anew each time: it is seldom asked for."""
    try:
        text = FILE.read_bytes()
    except FileNotFoundError:
        raise refusal(404, "The description was not installed here.") from None
    await answer(exchange.send, 200, text, [(b"content-type", b"application/yaml")])
