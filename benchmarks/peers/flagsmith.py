"""Flagsmith offline, from an environment document.

Its way to a share of users is a segment with a percentage split that overrides the feature; one
segment for each feature, as one for all would switch all of them for the same users.
"""

from __future__ import annotations

from typing import Any

from flagsmith import Flagsmith
from flagsmith.offline_handlers import LocalFileHandler

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

HALF = {"operator": "PERCENTAGE_SPLIT", "property_": "$.identity.key", "value": "50"}
WANTED = [
    {"operator": "IN", "property_": "country", "value": ",".join(COUNTRIES)},
    {"operator": "EQUAL", "property_": "plan", "value": PLAN},
]


def build(keys: list[str], workload: Workload) -> Peer:
    path = write_document(_environment(keys, workload))
    client = Flagsmith(offline_mode=True, offline_handler=LocalFileHandler(str(path)))
    path.unlink()
    traits = {"country": COUNTRY, "plan": PLAN}
    return Peer(lambda key: client.get_identity_flags(USER, traits).is_feature_enabled(key))


def _environment(keys: list[str], workload: Workload) -> dict[str, Any]:
    numbered = list(enumerate(keys, start=1))
    shared = [] if workload == EVERYONE else [_segment(n, key, workload) for n, key in numbered]
    return {
        "id": 1,
        "api_key": "bench",
        "name": "bench",
        "project": {"id": 1, "name": "bench", "segments": shared},
        "feature_states": [_state(n, key, on=workload == EVERYONE) for n, key in numbered],
        "identity_overrides": [],
    }


def _segment(number: int, key: str, workload: Workload) -> dict[str, Any]:
    conditions = [*WANTED, HALF] if workload == COUNTRY_AND_PLAN else [HALF]
    every = {"type": "ALL", "conditions": conditions, "rules": []}
    return {
        "id": number,
        "name": f"share-{number}",
        "rules": [{"type": "ALL", "conditions": [], "rules": [every]}],
        "feature_states": [_state(number, key, on=True)],
    }


def _state(number: int, key: str, *, on: bool) -> dict[str, Any]:
    return {
        "enabled": on,
        "feature_state_value": None,
        "feature": {"id": number, "name": key, "type": "STANDARD"},
        "featurestate_uuid": f"state-{number}-{on}",
        "multivariate_feature_state_values": [],
    }
