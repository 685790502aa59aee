"""What a file asks for, whatever its format: segments and features of one environment."""

from dataclasses import dataclass, field
from typing import Any

from togglemesh.engine import InvalidDocument
from toggles.rules import MORE

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WantedFeature:
    """`owner` None leaves it to the command; the empty texts leave the present ones."""

    key: str
    variants: Document
    off_variant: str
    enabled: bool
    rules: list[Document]
    more: Document
    name: str = ""
    description: str = ""
    kind: str = ""
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """`segments` by key, each with `name`, `constraints` and, where it has one, `when`.

    `left_out` says by feature what of it was left out, as it takes nobody where it comes from
    either. `broken` says by place what cannot be read and was passed over. `segment_notes` and
    `overwritten` come from `own_segments`.
    """

    features: dict[str, WantedFeature]
    segments: dict[str, Document] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    segment_notes: dict[str, str] = field(default_factory=dict)
    overwritten: frozenset[str] = frozenset()


class Broken:
    """Gathers what cannot be read, for `Wanted.broken`."""

    def __init__(self) -> None:
        self.by_place: dict[str, str] = {}

    def note(self, problem: InvalidDocument) -> None:
        self.by_place[problem.field] = problem.problem


def wanted_of(document: Document, off_variant: str, **known: Any) -> WantedFeature:
    """From a document of docs/wire.md. Its empty parts say nothing, so they are left away."""
    more = {name: document[name] for name in MORE if document.get(name)}
    more.pop("off_variant", None)
    if document["off_variant"] is None:
        more["off_variant"] = None
    return WantedFeature(
        key=document["key"],
        variants=document["variants"],
        off_variant=off_variant,
        enabled=document["enabled"],
        rules=document.get("rules", []),
        more=more,
        **known,
    )
