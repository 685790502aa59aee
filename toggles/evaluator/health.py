"""`/healthz`: the process turns. `/readyz`: it has something to serve, and from where it hears."""

from __future__ import annotations

from toggles.evaluator.database import Database
from toggles.evaluator.environments import Environments
from toggles.evaluator.feed import Feed
from toggles.evaluator.http import JSON, Send, answer, encode


async def answer_alive(send: Send) -> None:
    await answer(send, 200, b'{"status":"alive"}')


async def answer_ready(
    send: Send, environments: Environments, database: Database, feed: Feed
) -> None:
    """200 as soon as one environment is held, whatever is out of reach by now."""
    content = {
        "status": "ready" if environments else "nothing loaded yet",
        "environments": environments.numbers(),
        "postgresql": bool(database.reachable),
        "valkey": bool(feed.reachable),
        "streams": sum(1 for _ in environments.readers()),
    }
    headers = [JSON, (b"cache-control", b"no-store")]
    await answer(send, 200 if environments else 503, encode(content), headers)
