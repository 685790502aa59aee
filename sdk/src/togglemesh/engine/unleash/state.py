"""An Unleash client-features document told in documents of ours: the same decisions for every
context, the same people in every share.
"""

import os
import socket
from collections.abc import Mapping
from typing import Any

from togglemesh.engine.documents.place import InvalidSnapshot, Place
from togglemesh.engine.documents.sound import OnInvalid, sound
from togglemesh.engine.documents.variants import DISABLED
from togglemesh.engine.unleash import reading
from togglemesh.engine.unleash.constraints import constraints_of
from togglemesh.engine.unleash.reading import objects, values
from togglemesh.engine.unleash.strategies import conditions_of
from togglemesh.engine.unleash.variants import BOOLEAN, Variants

Document = dict[str, Any]


def hostname() -> str:
    """What the strategy applicationHostname compares."""
    return os.environ.get("HOSTNAME") or socket.gethostname()


def documents_of(
    state: Mapping[str, Any],
    *,
    host: str | None = None,
    on_invalid: OnInvalid | None = None,
) -> tuple[dict[str, Document], dict[str, Document]]:
    """The features and the segments, by key. Raises InvalidDocument naming what is wrong; with
    `on_invalid` a broken feature or segment is reported there and left out.

    Without `host`, applicationHostname asks the context for its `hostname`.
    """
    place = Place("", state, InvalidSnapshot)
    if not isinstance(state, Mapping):
        Place("state", state, InvalidSnapshot).object()
    named = sound(reading.items(place.field("features")), _name, on_invalid)
    features = {name: one for one, name in named}
    with_parents = {name for name, one in features.items() if one.value.get("dependencies")}
    segments = sound(reading.items(place.field("segments")), _segment, on_invalid)

    def read(name: str) -> Document:
        return _feature(name, features[name], with_parents, host)

    documents = dict(sound(features, read, on_invalid))
    _refuse_variants_of_none(documents)
    return documents, {segment["key"]: segment for _, segment in segments}


def _name(feature: Place) -> str:
    return feature.object().field("name").text()


def _refuse_variants_of_none(documents: Mapping[str, Document]) -> None:
    """A parent without variants gives `disabled`, whatever the names are by which we tell it on
    from off; a feature that wants another variant of it is on for nobody."""
    for document in documents.values():
        for one in document["prerequisites"]:
            parent = documents.get(one["feature"])
            wanted = one["enabled"] and one["variants"]
            if wanted and parent and parent["variants"] == BOOLEAN and DISABLED not in wanted:
                document["enabled"] = False


def _segment(place: Place) -> Document:
    place.object()
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
