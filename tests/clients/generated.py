"""Features, segments and contexts from a fixed seed, for comparing clients with our engine."""

from __future__ import annotations

from random import Random
from typing import Any

Document = dict[str, Any]

FIELDS = ("userId", "plan", "country", "age", "appVersion")
PLANS, COUNTRIES = ("free", "pro", "team"), ("de", "fr", "jp", "us")
VALUES: list[Document] = [
    {"off": {"value": False}, "on": {"value": True}},
    {"off": {"value": "none"}, "red": {"value": "#f00"}, "blue": {"value": "#00f"}},
    {"off": {"value": 0}, "few": {"value": 3}, "many": {"value": 12.5}},
    {"off": {"value": {}}, "a": {"value": {"size": 1}}, "b": {"value": {"size": 2, "t": ["x"]}}},
]


def snapshot(seed: int, features: int = 300) -> Document:
    """An environment; nothing in it hangs on chance: every context has the ids."""
    random = Random(seed)
    segments = {key: _segment(random, key) for key in ("beta", "europe", "heavy")}
    keys = [f"feature-{number}" for number in range(features)]
    documents = {key: _feature(random, key, list(segments)) for key in keys}
    return {
        "format": 1,
        "environment": "production",
        "number": 7,
        "segments": segments,
        "features": documents,
    }


def contexts(seed: int, count: int = 25) -> list[Document]:
    """As Unleash has them: what it does not know by name is under `properties`."""
    random = Random(seed)
    return [_context(random, number) for number in range(count)]


def flat(context: Document) -> Document:
    """The same context as OpenFeature has it."""
    rest = {name: value for name, value in context.items() if name not in ("userId", "properties")}
    return {"targetingKey": context["userId"], **rest, **context["properties"]}


def _context(random: Random, number: int) -> Document:
    properties = {
        "plan": random.choice(PLANS),
        "country": random.choice(COUNTRIES),
        "age": str(random.randint(10, 80)),
        "appVersion": f"{random.randint(1, 3)}.{random.randint(0, 9)}.0",
    }
    for name in random.sample(sorted(properties), random.randint(0, 2)):
        del properties[name]
    return {
        "userId": f"user-{number}-{random.randint(0, 9999)}",
        "sessionId": f"session-{random.randint(0, 9999)}",
        "properties": properties,
    }


def _segment(random: Random, key: str) -> Document:
    return {"key": key, "constraints": [_constraint(random) for _ in range(random.randint(1, 2))]}


def _feature(random: Random, key: str, segments: list[str]) -> Document:
    variants = random.choice(VALUES)
    return {
        "key": key,
        "enabled": random.random() < 0.9,
        "revision": random.randint(1, 9),
        "variants": variants,
        "off_variant": "off",
        "carried": False,
        "client_side": True,
        "rules": [
            _rule(random, f"rule-{place}", variants, segments)
            for place in range(random.randint(0, 3))
        ],
    }


def _rule(random: Random, name: str, variants: Document, segments: list[str]) -> Document:
    given = [variant for variant in variants if variant != "off"]
    chosen = random.sample(given, random.randint(1, len(given)))
    return {
        "id": name,
        "segments": random.sample(segments, random.choice([0, 0, 1])),
        "constraints": [_constraint(random) for _ in range(random.choice([0, 1, 1, 2]))],
        "percentage": random.choice([0, 10, 50, 90, 100, 100]),
        "stickiness": random.choice(["default", "default", "userId", "sessionId", "plan"]),
        "split": [{"variant": one, "weight": random.randint(1, 9)} for one in chosen],
    }


def _constraint(random: Random) -> Document:
    operator, field, values = random.choice(
        [
            ("IN", "plan", random.sample(PLANS, 2)),
            ("NOT_IN", "country", random.sample(COUNTRIES, 2)),
            ("STR_STARTS_WITH", "userId", [f"user-{random.randint(1, 2)}", "x"]),
            ("STR_ENDS_WITH", "userId", [str(random.randint(0, 9)), str(random.randint(0, 9))]),
            ("STR_CONTAINS", "country", [random.choice("dFjU")]),
            ("NUM_GT", "age", [random.randint(20, 60)]),
            ("NUM_LTE", "age", [str(random.randint(20, 60))]),
            ("SEMVER_GT", "appVersion", ["1.5.0"]),
            ("DATE_AFTER", "currentTime", ["2020-01-01T00:00:00.000Z"]),
        ]
    )
    made: Document = {"field": field, "operator": operator, "values": values}
    if random.random() < 0.2:
        made["inverted"] = True
    if operator == "STR_CONTAINS":
        made["case_insensitive"] = True
    return made
