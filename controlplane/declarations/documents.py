"""What a document declares, read strictly: a feature, a segment, a service, a rollout template.

A document is complete: what it leaves out has its default. Only environments that it does not name
are left as they are. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from controlplane.declarations.shapes import REQUIRED, Shape, by_key, join, take
from governance.refusals import Invalid
from togglemesh.engine import Exposure
from toggles.changes import ON_AND_OFF
from toggles.models import FeatureKind
from toggles.rules import MORE

KINDS = ("segment", "service", "rollout_template", "feature")

FEATURE: Shape = {
    "feature": (str, REQUIRED),
    "name": (str, ""),
    "owner": (str, REQUIRED),
    "kind": (str, str(FeatureKind.RELEASE)),
    "description": (str, ""),
    "tags": (list, []),
    "client_side": (bool, False),
    "variants": (dict, ON_AND_OFF),
    "off_variant": (str, "off"),
    "environments": (dict, {}),
    "services": (list, []),
}
SEGMENT: Shape = {
    "segment": (str, REQUIRED),
    "name": (str, ""),
    "owner": (str, None),
    "constraints": (list, []),
    "when": (dict, None),
}
SERVICE: Shape = {
    "service": (str, REQUIRED),
    "name": (str, ""),
    "owner": (str, REQUIRED),
    "environments": (dict, {}),
}
HERE: Shape = {"versions": (dict, {}), "placement": (dict, None)}
VERSION: Shape = {"labels": (dict, None), "endpoints": (list, None)}
PLACEMENT: Shape = {
    "host": (str, REQUIRED),
    "port": (int, REQUIRED),
    "namespace": (str, "default"),
    "baseline": (str, REQUIRED),
}
PART: Shape = {
    "service": (str, REQUIRED),
    "part": (str, REQUIRED),
    "position": (int, 0),
    "routes": (dict, {}),
}
TEMPLATE: Shape = {
    "rollout_template": (str, REQUIRED),
    "name": (str, ""),
    "owner": (str, REQUIRED),
    "steps": (list, REQUIRED),
    "gate": (dict, {}),
}
SHAPES = {
    "feature": FEATURE,
    "segment": SEGMENT,
    "service": SERVICE,
    "rollout_template": TEMPLATE,
}


@dataclass(frozen=True, slots=True)
class Document:
    """`place` is its path in the request; `fields` are complete."""

    kind: str
    key: str
    place: str
    fields: Mapping[str, Any]
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A service's part in a feature; `routes` are (environment, variant, version, path)."""

    service: str
    part: str
    position: int
    routes: tuple[tuple[str, str, str, str], ...]
    place: str


def read_document(content: Any, place: str, *, file: str = "", line: int = 0) -> Document:
    """Raises Invalid for all mistakes of its form, each by its path."""
    kinds = [kind for kind in KINDS if isinstance(content, Mapping) and kind in content]
    # A feature has no `service` on its own level, so exactly one name says what it is.
    if len(kinds) != 1:
        raise Invalid(
            **{place: "A document names what it declares by exactly one of: " + ", ".join(KINDS)}
        )
    (kind,) = kinds
    fields = take(content, place, SHAPES[kind])
    return Document(kind, fields[kind], place, fields, file, line)


def exposures_of(feature: Document) -> list[tuple[str, Exposure, str]]:
    """By environment, with the path of each."""
    shape: Shape = {"enabled": (bool, REQUIRED), "rules": (list, [])}
    found = []
    for key, value, place in by_key(
        feature.fields["environments"], f"{feature.place}.environments"
    ):
        parts = take(_without_more(value), place, shape)
        more = {name: value[name] for name in MORE if name in value}
        exposure = Exposure.of(enabled=parts["enabled"], rules=parts["rules"], options=more)
        found.append((key, exposure, place))
    return found


def _without_more(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name: inner for name, inner in value.items() if name not in MORE}


def parts_of(feature: Document) -> list[Part]:
    """The services that take part, in the order of the document."""
    place = f"{feature.place}.services"
    return [_part(one, join(place, at)) for at, one in enumerate(feature.fields["services"])]


def _part(value: Any, place: str) -> Part:
    fields = take(value, place, PART)
    routes = []
    for where, variants, path in by_key(fields["routes"], f"{place}.routes"):
        names = variants if isinstance(variants, Mapping) else {}
        texts: Shape = {str(name): (str, REQUIRED) for name in names}
        for variant, version in take(variants, path, texts).items():
            routes.append((where, variant, version, join(path, variant)))
    return Part(fields["service"], fields["part"], fields["position"], tuple(routes), place)


def versions_of(service: Document) -> list[tuple[str, str, Mapping[str, Any], str]]:
    """(environment, version, fields, path) of each."""
    return [
        (where, version, take(value, path, VERSION), path)
        for where, here, place in _places(service)
        for version, value, path in by_key(here["versions"], f"{place}.versions")
    ]


def placements_of(service: Document) -> list[tuple[str, Mapping[str, Any], str]]:
    """(environment, fields, path) where it is placed."""
    return [
        (where, take(here["placement"], f"{place}.placement", PLACEMENT), f"{place}.placement")
        for where, here, place in _places(service)
        if here["placement"] is not None
    ]


def _places(service: Document) -> list[tuple[str, dict[str, Any], str]]:
    around = f"{service.place}.environments"
    found = by_key(service.fields["environments"], around)
    return [(key, take(value, place, HERE), place) for key, value, place in found]


def environments_in(document: Document) -> list[str]:
    """The environments that it names, also those that only routes name."""
    named = [str(key) for key in document.fields.get("environments", {})]
    if document.kind == "feature":
        named += [where for part in parts_of(document) for where, *_ in part.routes]
    return named
