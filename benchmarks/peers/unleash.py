"""UnleashClient, started from a document, without fetching, registration and metrics."""

from __future__ import annotations

from typing import Any

from UnleashClient import UnleashClient
from UnleashClient.cache import FileCache

from benchmarks.peers.base import Peer
from benchmarks.workloads import (
    COUNTRIES,
    COUNTRY,
    COUNTRY_AND_PLAN,
    EVERYONE,
    PLAN,
    USER,
    Workload,
)


def build(keys: list[str], workload: Workload) -> Peer:
    features = [_feature(key, workload) for key in keys]
    cache = FileCache("togglemesh-bench")
    cache.bootstrap_from_dict({"version": 2, "features": features})
    client = UnleashClient(
        "http://127.0.0.1:1",
        "bench",
        cache=cache,
        disable_metrics=True,
        disable_registration=True,
        verbose_log_level=50,
    )
    client.initialize_client(fetch_toggles=False)
    context = {"userId": USER, "properties": {"country": COUNTRY, "plan": PLAN}}
    return Peer(lambda key: client.is_enabled(key, context), client.destroy)


def _feature(key: str, workload: Workload) -> dict[str, Any]:
    asked = [("country", COUNTRIES), ("plan", [PLAN])]
    constraints = [{"contextName": n, "operator": "IN", "values": v} for n, v in asked]
    parameters = {"rollout": "50", "stickiness": "userId", "groupId": key}
    strategy = {
        "name": "default" if workload == EVERYONE else "flexibleRollout",
        "parameters": {} if workload == EVERYONE else parameters,
        "constraints": constraints if workload == COUNTRY_AND_PLAN else [],
    }
    return {"name": key, "enabled": True, "strategies": [strategy]}
