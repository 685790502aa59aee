"""Which handler answers which address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from toggles.evaluator import (
    description,
    events,
    health,
    ofrep,
    origins,
    polling,
    reports,
    stream,
)
from toggles.evaluator.exchange import Exchange
from toggles.evaluator.http import refusal
from toggles.evaluator.parts import Parts
from toggles.evaluator.unleash import client_api, edge, frontend
from toggles.evaluator.unleash import reports as unleash_reports

Handler = Callable[[Parts, Exchange], Awaitable[None]]

# By path, then by method.
ROUTES: dict[str, dict[str, Handler]] = {
    ofrep.ALL: {"POST": ofrep.evaluate_all},
    events.PATH: {"GET": events.follow},
    "/stream/v1/changes": {"GET": stream.follow},
    "/stream/v1/snapshot": {"GET": polling.answer_snapshot},
    "/client/v1/usage": {"POST": reports.count},
    "/client/v1/register": {"POST": reports.register},
    "/api/client/features": {"GET": client_api.answer_features},
    "/api/client/delta": {"GET": client_api.answer_delta},
    "/api/client/streaming": {"GET": client_api.follow},
    "/api/client/register": {"POST": unleash_reports.register},
    "/api/client/metrics": {"POST": unleash_reports.count},
    "/api/client/metrics/bulk": {"POST": unleash_reports.count_bulk},
    "/api/client/metrics/edge": {"POST": edge.take_observations},
    "/edge/validate": {"POST": edge.validate},
    "/api/frontend": {"GET": frontend.answer_query, "POST": frontend.answer_body},
    "/api/frontend/client/register": {"POST": unleash_reports.register_client},
    "/api/frontend/client/metrics": {"POST": unleash_reports.count_client},
    "/healthz": {"GET": health.answer_alive, "HEAD": health.answer_alive},
    "/readyz": {"GET": health.answer_ready, "HEAD": health.answer_ready},
    "/openapi.yaml": {"GET": description.answer_description},
}

# Addresses that end in a feature's key.
OF_A_FEATURE: dict[str, dict[str, Handler]] = {
    ofrep.ONE: {"POST": ofrep.evaluate_one},
    client_api.FEATURES: {"GET": client_api.answer_feature},
}

NOT_DONE = frozenset(
    {
        "/api/frontend/client/features",
        "/api/frontend/health",
        "/api/frontend/internal-backstage/prometheus",
    }
)


async def dispatch(parts: Parts, exchange: Exchange) -> None:
    """Raises Refused: 404, 405, and what the handler refuses."""
    # The way of single decisions comes first: there are far more of them than of all others.
    if exchange.path.startswith(ofrep.ONE) and exchange.method == "POST":
        await ofrep.evaluate_one(parts, exchange)
        return
    methods = _methods(exchange.path)
    if exchange.method == "OPTIONS" and b"access-control-request-method" in exchange.headers:
        await origins.answer_preflight(parts.keys, exchange)
        return
    handler = methods.get(exchange.method)
    if handler is None:
        allowed = ", ".join(methods)
        raise refusal(405, f"Only {allowed} is allowed here.", [(b"allow", allowed.encode())])
    await handler(parts, exchange)


def _methods(path: str) -> dict[str, Handler]:
    found = ROUTES.get(path)
    if found:
        return found
    for prefix, methods in OF_A_FEATURE.items():
        if path.startswith(prefix):
            return methods
    if path in NOT_DONE:
        return {"GET": frontend.refuse}
    raise refusal(404, f"There is nothing at {path}.")
