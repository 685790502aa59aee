"""Documents of wire.md for tests: each function gives a fresh one."""

from typing import Any


def feature(key: str = "new-checkout", **changed: Any) -> dict[str, Any]:
    """A feature that is on for everyone; the keyword arguments replace its fields."""
    return {
        "key": key,
        "enabled": True,
        "revision": 7,
        "variants": {"off": {"value": False}, "on": {"value": True}},
        "off_variant": "off",
        "carried": False,
        "rules": [rule()],
        **changed,
    }


def rule(**changed: Any) -> dict[str, Any]:
    return {
        "id": "everyone",
        "segments": [],
        "constraints": [],
        "percentage": 100,
        "stickiness": "default",
        "split": [{"variant": "on", "weight": 1}],
        **changed,
    }


def constraint(field: str, operator: str, *values: Any, **changed: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "values": list(values), **changed}


def segment(key: str, *constraints: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "constraints": list(constraints)}


def snapshot(
    *features: dict[str, Any], segments: tuple[dict[str, Any], ...] = (), number: int = 42
) -> dict[str, Any]:
    return {
        "format": 1,
        "environment": "production",
        "number": number,
        "segments": {one["key"]: one for one in segments},
        "features": {one["key"]: one for one in features},
    }


def change(number: int, document: dict[str, Any], kind: str = "feature") -> dict[str, Any]:
    return {"number": number, "kind": kind, "key": document["key"], "document": document}
