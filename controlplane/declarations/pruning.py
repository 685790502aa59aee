"""Take away what the source declared and does not declare any more.

Features are archived; other things are deleted when nothing depends on them, else they are kept
and told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from controlplane.declarations.models import Declared
from controlplane.declarations.outcomes import Mistakes, Outcome
from controlplane.declarations.states import (
    find_feature,
    find_participant,
    find_placement,
    find_route,
    find_segment,
    find_service,
    find_version,
)
from governance.authorship import Authorship
from governance.changes import Change, perform, preview
from governance.refusals import Conflict, Refusal
from rollouts.changes import DeleteRolloutTemplate
from rollouts.templates import find_template
from routing.changes import (
    DeletePlacement,
    DeleteRoute,
    DeleteService,
    DeleteVersion,
    RemoveParticipant,
)
from toggles.changes import ArchiveFeature, DeleteSegment
from toggles.models import Lifecycle

# By kind, from a subject's key, the change that takes it away; None when it is gone already.
Maker = Callable[[str], Change[Any] | None]


def _feature(key: str) -> Change[Any] | None:
    found = find_feature(key)
    return ArchiveFeature(key) if found and found["lifecycle"] == Lifecycle.ACTIVE else None


def _segment(key: str) -> Change[Any] | None:
    return DeleteSegment(key) if find_segment(key) else None


def _template(key: str) -> Change[Any] | None:
    return DeleteRolloutTemplate(key) if find_template(key) else None


def _service(key: str) -> Change[Any] | None:
    return DeleteService(key) if find_service(key) else None


def _participant(key: str) -> Change[Any] | None:
    feature, service = key.split("/")
    return RemoveParticipant(feature, service) if find_participant(feature, service) else None


def _version(key: str) -> Change[Any] | None:
    where, service, version = key.split("/")
    there = find_version(service, where, version)
    return DeleteVersion(service, where, version) if there else None


def _placement(key: str) -> Change[Any] | None:
    where, service = key.split("/")
    return DeletePlacement(service, where) if find_placement(service, where) else None


def _route(key: str) -> Change[Any] | None:
    where, service, feature, variant = key.split("/")
    there = find_route(feature, variant, service, where)
    return DeleteRoute(feature, variant, service, where) if there else None


# In this order: what depends on others goes before them.
MAKERS: dict[str, Maker] = {
    "route": _route,
    "participant": _participant,
    "feature": _feature,
    "segment": _segment,
    "placement": _placement,
    "version": _version,
    "service": _service,
    "rollout-template": _template,
}
BY_ENVIRONMENT = ("route", "placement", "version")


def prune(
    by: Authorship,
    source: str,
    declared: Collection[str],
    only: Collection[str] | None,
    mistakes: Mistakes,
) -> list[Outcome]:
    """Of everything that the source owned and that is not among `declared`."""
    rows = sorted(undeclared(source, declared, only), key=lambda row: _rank(row.subject))
    return [outcome for row in rows if (outcome := _take_away(by, row, mistakes))]


def undeclared(
    source: str, declared: Collection[str], only: Collection[str] | None
) -> list[Declared]:
    """What the source owned and does not declare any more."""
    found = Declared.objects.filter(source=source).exclude(subject__in=declared)
    return [row for row in found if _is_in(row.subject, only)]


def _take_away(by: Authorship, row: Declared, mistakes: Mistakes) -> Outcome | None:
    kind, _, key = row.subject.partition(":")
    change = MAKERS[kind](key)
    if change is None:
        row.delete()
        return None
    try:
        told = preview(by, change)
        perform(by, change)
    except Conflict as needed:
        return Outcome("kept", row.subject, " ".join(needed.errors.values()))
    except Refusal as refused:
        mistakes.note(row.subject, refused)
        return None
    row.delete()
    action = "archive" if kind == "feature" else "delete"
    return Outcome(action, row.subject, told.sentence, differences=told.differences)


def _rank(subject: str) -> int:
    return list(MAKERS).index(subject.partition(":")[0])


def _is_in(subject: str, only: Collection[str] | None) -> bool:
    kind, _, key = subject.partition(":")
    return only is None or kind not in BY_ENVIRONMENT or key.partition("/")[0] in only
