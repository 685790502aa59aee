"""`/healthz`: the process turns. `/readyz`: it has something to serve, and from where it hears."""

from __future__ import annotations

from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import JSON, answer, encode
from toggles.evaluator.parts import Parts


async def answer_alive(_parts: Parts, exchange: Exchange) -> None:
    await answer(exchange.send, 200, b'{"status":"alive"}')


async def answer_ready(parts: Parts, exchange: Exchange) -> None:
    """200 as soon as one environment is held, whatever is out of reach by now."""
    environments = parts.environments
    content = {
        "status": _status(parts),
        "stale": parts.stale,
        "environments": environments.numbers(),
        "postgresql": bool(parts.database.reachable),
        "valkey": bool(parts.feed.reachable),
        "streams": sum(1 for _ in environments.readers()),
        "task_failures": parts.background.failures,
    }
    headers = [JSON, (b"cache-control", b"no-store")]
    await answer(exchange.send, 200 if environments else 503, encode(content), headers)


def _status(parts: Parts) -> str:
    if not parts.environments:
        return "nothing loaded yet"
    said = ["stale: neither PostgreSQL nor Valkey is in reach"] if parts.stale else []
    said += [f"{task} failed: {why}" for task, why in parts.background.troubles.items()]
    return "; ".join(said) or "ready"
