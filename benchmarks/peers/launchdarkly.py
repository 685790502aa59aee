"""LaunchDarkly's server SDK with its file data source, without events and diagnostics."""

from __future__ import annotations

from typing import Any

import ldclient
from ldclient.config import Config
from ldclient.integrations import Files

from benchmarks.peers.base import Peer, write_document
from benchmarks.workloads import (
    COUNTRIES,
    COUNTRY,
    COUNTRY_AND_PLAN,
    EVERYONE,
    PLAN,
    USER,
    Workload,
)

ON, OFF = 0, 1
HALF = {"rollout": {"variations": [{"variation": v, "weight": 50_000} for v in (ON, OFF)]}}


def build(keys: list[str], workload: Workload) -> Peer:
    path = write_document({"flags": {key: _flag(key, workload) for key in keys}})
    source = Files.new_data_source(paths=[str(path)])
    config = Config(
        "bench", update_processor_class=source, send_events=False, diagnostic_opt_out=True
    )
    client = ldclient.LDClient(config=config, start_wait=10)
    path.unlink()
    context = ldclient.Context.builder(USER).set("country", COUNTRY).set("plan", PLAN).build()
    return Peer(lambda key: client.variation(key, context, False), client.close)


def _flag(key: str, workload: Workload) -> dict[str, Any]:
    clauses = [_clause("country", COUNTRIES), _clause("plan", [PLAN])]
    falls: dict[str, Any] = {EVERYONE: {"variation": ON}, COUNTRY_AND_PLAN: {"variation": OFF}}
    return {
        "key": key,
        "version": 1,
        "on": True,
        "salt": key,
        "variations": [True, False],
        "offVariation": OFF,
        "rules": [{"id": "r", "clauses": clauses, **HALF}] if workload == COUNTRY_AND_PLAN else [],
        "fallthrough": falls.get(workload, HALF),
    }


def _clause(attribute: str, values: list[str]) -> dict[str, Any]:
    return {"attribute": attribute, "op": "in", "values": values, "negate": False}
