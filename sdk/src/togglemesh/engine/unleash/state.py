"""An Unleash client-features document told in documents of ours: the same decisions for every
context, the same people in every share.
"""

import os
import socket
from collections.abc import Mapping
from typing import Any

from togglemesh.engine.documents.place import InvalidSnapshot, Place
from togglemesh.engine.unleash.constraints import constraints_of
from togglemesh.engine.unleash.reading import objects, values
from togglemesh.engine.unleash.strategies import conditions_of
from togglemesh.engine.unleash.variants import DISABLED, Variants

Document = dict[str, Any]


def hostname() -> str:
    """What the strategy applicationHostname compares."""
    return os.environ.get("HOSTNAME") or socket.gethostname()


def documents_of(
    state: Mapping[str, Any], *, host: str | None = None
) -> tuple[dict[str, Document], dict[str, Document]]:
    """The features and the segments, by key. Raises InvalidDocument naming what is wrong.

    Without `host`, applicationHostname asks the context for its `hostname`.
    """
    place = Place("", state, InvalidSnapshot)
    if not isinstance(state, Mapping):
        Place("state", state, InvalidSnapshot).object()
    features = {one.field("name").text(): one for one in objects(place.field("features"))}
    with_parents = {name for name, one in features.items() if one.value.get("dependencies")}
    segments = {
        str(one.value.get("id")): _segment(one) for one in objects(place.field("segments", []))
    }
    documents = {name: _feature(name, one, with_parents, host) for name, one in features.items()}
    return documents, segments


def _segment(place: Place) -> Document:
    return {
        "key": str(place.value.get("id")),
        "name": str(place.value.get("name") or ""),
        "constraints": constraints_of(place.field("constraints")),
    }


def _feature(name: str, place: Place, with_parents: set[str], host: str | None) -> Document:
    place.field("enabled").boolean()
    strategies = objects(place.field("strategies", []))
    variants = Variants(place, strategies)
    parents = objects(place.field("dependencies", []))
    # Unleash knows one level only: a parent that has parents is never met.
    met = not any(one.field("feature").text() in with_parents for one in parents)
    return {
        "key": name,
        "enabled": place.value["enabled"] and met,
        "variants": variants.documents,
        "off_variant": variants.off,
        "prerequisites": [_prerequisite(one) for one in parents],
        "rules": _rules(name, strategies, variants, host),
        "metadata": _metadata(place.value),
    }


def _rules(
    name: str, strategies: list[Place], variants: Variants, host: str | None
) -> list[Document]:
    if not strategies:
        return [{"id": "everyone", **variants.split(name, None)}]
    rules = []
    for number, strategy in enumerate(strategies, start=1):
        conditions = conditions_of(strategy, name, host)
        if conditions is not None:
            named = {"id": f"{number} {strategy.value.get('name')}"}
            rules.append(named | conditions | variants.split(name, strategy))
    return rules


def _prerequisite(place: Place) -> Document:
    return {
        "feature": place.field("feature").text(),
        "enabled": place.value.get("enabled") is not False,
        "variants": values(place.field("variants")),
    }


def _metadata(feature: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("project", "type", "impressionData", "stale")
    return {name: feature[name] for name in kept if isinstance(feature.get(name), str | bool)}


__all__ = ["DISABLED", "documents_of", "hostname"]
