"""A small folder's documents, and a person who applies them."""

from __future__ import annotations

from typing import Any

from tests.api.caller import Caller

BETA = {"field": "group", "operator": "IN", "values": ["beta"]}
RULE = {
    "id": "beta",
    "segments": ["beta"],
    "constraints": [],
    "percentage": 10,
    "stickiness": "default",
    "split": [{"variant": "on", "weight": 1}],
}
SEGMENT = {"segment": "beta", "owner": "shop", "constraints": [BETA]}
FEATURE = {
    "feature": "dark-mode",
    "name": "Dark mode",
    "owner": "shop",
    "kind": "experiment",
    "tags": ["ui"],
    "environments": {
        "staging": {"enabled": True},
        "production": {"enabled": True, "rules": [RULE]},
    },
}
SERVICE = {
    "service": "search",
    "owner": "shop",
    "environments": {
        "production": {
            "versions": {"v1": {"endpoints": ["127.0.0.1:9"]}, "v2": {"labels": {"v": "two"}}},
            "placement": {"host": "search.shop", "port": 80, "baseline": "v1"},
        }
    },
}
ROUTED = {
    "feature": "fast-search",
    "owner": "shop",
    "services": [{"service": "search", "part": "provides", "routes": {"production": {"on": "v2"}}}],
}
TEMPLATE = {
    "rollout_template": "careful",
    "owner": "shop",
    "steps": [{"percentage": 1, "bake_seconds": 60}, {"percentage": 100}],
    "gate": {"min_requests": 50},
}
# Not in the order in which they need each other.
ALL = [FEATURE, ROUTED, SERVICE, SEGMENT, TEMPLATE]


def send(
    caller: Caller, documents: list[dict[str, Any]], *, dry_run: bool = False, **more: Any
) -> tuple[int, Any]:
    """Plan or apply them as the source `shop-folder`."""
    told = [{"content": one, "file": f"{at}.yaml", "line": 1} for at, one in enumerate(documents)]
    body = {"reason": "as declared", "source": "shop-folder", **more}
    return caller.post("declarations", {**body, "documents": told, "dry_run": dry_run})


def actions(answer: Any) -> dict[str, str]:
    """What came of each subject that was not the same."""
    return {one["subject"]: one["action"] for one in answer["outcomes"] if one["action"] != "same"}
