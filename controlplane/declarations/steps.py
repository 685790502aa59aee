"""What a document takes: typed changes, made one by one, each when its turn has come.

They read the database as it is then, after the steps before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.reads import get_team
from controlplane.declarations.documents import (
    Document,
    exposures_of,
    parts_of,
    placements_of,
    versions_of,
)
from controlplane.declarations.states import (
    find_feature,
    find_participant,
    find_placement,
    find_route,
    find_segment,
    find_service,
    find_version,
)
from governance.changes import Change
from governance.refusals import Conflict
from rollouts.changes import SetRolloutTemplate
from rollouts.templates import find_template, template_state
from routing.changes import (
    AddParticipant,
    CreateRoute,
    CreateService,
    SetParticipant,
    SetPlacement,
    SetRoute,
    SetService,
    SetVersion,
)
from togglemesh.engine import Exposure
from toggles.changes import (
    CreateFeature,
    RestoreFeature,
    SetExposure,
    SetFeature,
    SetSegment,
    SetVariants,
)
from toggles.models import Lifecycle
from toggles.reads import get_toggle

TEXTS = ("name", "owner", "kind", "description", "tags", "client_side")


@dataclass(frozen=True, slots=True)
class Step:
    """`subject` is named as in the audit log; `before` is None for what is not there yet.

    `kept` says whether a source owns the subject by declaring it.
    """

    subject: str
    place: str
    change: Change[Any]
    before: Any
    after: Any
    environment: str | None = None
    kept: bool = True


def shared_steps(document: Document) -> Iterator[Step]:
    """What every environment has in common. Raises NotFound naming `owner`."""
    if document.fields["owner"] is not None:
        get_team(document.fields["owner"])
    yield from _SHARED[document.kind](document)


def steps_in(document: Document, environment: str) -> Iterator[Step]:
    """What belongs to one environment."""
    if document.kind == "service":
        yield from _versions(document, environment)
        yield from _placement(document, environment)
    if document.kind == "feature":
        yield from _routes(document, environment)
        yield from _exposure(document, environment)


def last_steps(document: Document) -> Iterator[Step]:
    """Variants that go: only once no exposure names them any more."""
    if document.kind == "feature":
        yield from _variants(document, document.fields["variants"])


def _segment(document: Document) -> Iterator[Step]:
    fields = document.fields
    parts = {name: fields[name] for name in ("constraints", "when", "owner")}
    change = SetSegment(key=document.key, name=fields["name"], **parts)
    after = {"name": fields["name"].strip() or document.key, **parts}
    before = find_segment(document.key)
    yield Step(f"segment:{document.key}", document.place, change, before, after)


def _service(document: Document) -> Iterator[Step]:
    name = document.fields["name"].strip() or document.key
    after = {"name": name, "owner": document.fields["owner"]}
    before = find_service(document.key)
    change: Change[Any] = (
        SetService(document.key, **after) if before else CreateService(document.key, **after)
    )
    yield Step(f"service:{document.key}", document.place, change, before, after)


def _template(document: Document) -> Iterator[Step]:
    fields = document.fields
    parts = {name: fields[name] for name in ("owner", "steps", "gate")}
    change = SetRolloutTemplate(key=document.key, name=fields["name"], **parts)
    after = {"name": fields["name"].strip() or document.key, **parts}
    found = find_template(document.key)
    before = template_state(found) if found else None
    yield Step(f"rollout-template:{document.key}", document.place, change, before, after)


def _feature(document: Document) -> Iterator[Step]:
    subject, place = f"feature:{document.key}", document.place
    wanted = _texts(document)
    before = find_feature(document.key)
    if before is None:
        parts = {name: document.fields[name] for name in ("variants", "off_variant")}
        change = CreateFeature(key=document.key, **wanted, **parts)
        yield Step(subject, place, change, None, {**wanted, **parts})
    else:
        yield from _restored(subject, place, document.key, before)
        differing = {name: wanted[name] for name in TEXTS if wanted[name] != before[name]}
        now = {name: before[name] for name in TEXTS}
        yield Step(subject, place, SetFeature(document.key, **differing), now, wanted)
        # What goes is still named by exposures, which come later.
        yield from _variants(document, {**before["variants"], **document.fields["variants"]})
    for part in parts_of(document):
        yield _participant(document.key, part)


def _texts(document: Document) -> dict[str, Any]:
    wanted = {name: document.fields[name] for name in TEXTS}
    wanted["name"] = wanted["name"].strip() or document.key
    if all(isinstance(tag, str) for tag in wanted["tags"]):
        wanted["tags"] = sorted(set(wanted["tags"]))
    return wanted


def _restored(subject: str, place: str, key: str, before: Any) -> Iterator[Step]:
    if before["lifecycle"] != Lifecycle.ACTIVE:
        now = {"lifecycle": str(before["lifecycle"])}
        yield Step(subject, place, RestoreFeature(key), now, {"lifecycle": str(Lifecycle.ACTIVE)})


def _variants(document: Document, variants: dict[str, Any]) -> Iterator[Step]:
    now = find_feature(document.key) or {}
    off = document.fields["off_variant"]
    before = {name: now.get(name) for name in ("variants", "off_variant")}
    after = {"variants": variants, "off_variant": off}
    if before != after:
        change = SetVariants(document.key, variants, off)
        yield Step(f"feature:{document.key}", document.place, change, before, after)


def _participant(feature: str, part: Any) -> Step:
    wanted = {"part": part.part, "position": part.position}
    before = find_participant(feature, part.service)
    make = SetParticipant if before else AddParticipant
    change: Change[Any] = make(feature, part.service, **wanted)
    return Step(f"participant:{feature}/{part.service}", part.place, change, before, wanted)


def _versions(document: Document, environment: str) -> Iterator[Step]:
    for where, version, fields, place in versions_of(document):
        if where == environment:
            labels = {"version": version} if fields["labels"] is None else fields["labels"]
            endpoints = fields["endpoints"] or []
            after = {"labels": labels, "endpoints": endpoints}
            before = find_version(document.key, where, version)
            change = SetVersion(document.key, where, version, labels, endpoints)
            subject = f"version:{where}/{document.key}/{version}"
            yield Step(subject, place, change, before, after, where)


def _placement(document: Document, environment: str) -> Iterator[Step]:
    for where, fields, place in placements_of(document):
        if where == environment:
            before = find_placement(document.key, where)
            change = SetPlacement(service=document.key, environment=where, **fields)
            subject = f"placement:{where}/{document.key}"
            yield Step(subject, place, change, before, dict(fields), where)


def _routes(document: Document, environment: str) -> Iterator[Step]:
    for part in parts_of(document):
        for where, variant, version, place in part.routes:
            if where == environment:
                key = f"{where}/{part.service}/{document.key}/{variant}"
                before = find_route(document.key, variant, part.service, where)
                names: dict[str, Any] = {"service": part.service, "environment": where}
                names |= {"feature": document.key, "variant": variant, "version": version}
                make = SetRoute if before else CreateRoute
                change: Change[Any] = make(**names)
                yield Step(f"route:{key}", place, change, before, {"version": version}, where)


def _exposure(document: Document, environment: str) -> Iterator[Step]:
    for where, exposure, place in exposures_of(document):
        if where == environment:
            toggle = get_toggle(feature=document.key, environment=where)
            now = toggle.current.exposure if toggle.current else Exposure(enabled=False)
            change = SetExposure(document.key, where, exposure)
            before, after = now.as_parts(), exposure.as_parts()
            subject = f"toggle:{where}/{document.key}"
            yield Step(subject, place, change, before, after, where, kept=False)


_SHARED = {
    "segment": _segment,
    "service": _service,
    "rollout_template": _template,
    "feature": _feature,
}
# What others need comes first.
ORDER = ("segment", "service", "rollout_template", "feature")


def in_order(documents: Sequence[Document]) -> list[Document]:
    """Documents in the order in which they are applied. Conflict for one that comes twice."""
    seen: dict[tuple[str, str], Document] = {}
    for one in documents:
        first = seen.setdefault((one.kind, one.key), one)
        if first is not one:
            where = f" in {first.file}" if first.file else ""
            raise Conflict(
                **{one.place: f"{one.kind} {one.key} is declared already{where}: keep one of both."}
            )
    return sorted(documents, key=lambda one: ORDER.index(one.kind))
