"""Give a toggle its next revision: what all the changes of a toggle end with."""

from __future__ import annotations

from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from togglemesh.engine import Exposure
from toggles import change_log, prerequisites, rules
from toggles.documents import document_of, feature_document
from toggles.models import Revision, Segment, Toggle


def check_exposure(toggle: Toggle, exposure: Exposure) -> None:
    """Raise Invalid or NotFound, naming the field, for what the toggle cannot have."""
    rules.check_more(exposure.options)
    segments = set(Segment.objects.values_list("key", flat=True))
    rules.check_document(document_of(toggle.feature, _revision(toggle, exposure)), segments)
    prerequisites.check(toggle, exposure.options)


def revise(
    by: Authorship, toggle: Toggle, exposure: Exposure, *, origin: str | None = None
) -> Revision:
    """Within the caller's transaction and lock, after `check_exposure`."""
    before = toggle.current
    revision = _revision(toggle, exposure)
    revision.author, revision.reason, revision.origin = by.author, by.reason, origin
    revision.save()
    toggle.current = revision
    toggle.save(update_fields=["current"])
    _tell(by, toggle, before, revision)
    return revision


def _revision(toggle: Toggle, exposure: Exposure) -> Revision:
    before = toggle.current
    number = before.number + 1 if before else 1
    return Revision(toggle=toggle, number=number, **exposure.as_parts())


def _tell(by: Authorship, toggle: Toggle, before: Revision | None, revision: Revision) -> None:
    detail = {
        "environment": toggle.environment.key,
        "revision": revision.number,
        **revision.exposure.as_parts(),
        "before": before.number if before else None,
    }
    key = toggle.feature.key
    states = {
        "revision": revision.number,
        "before": before.exposure.as_parts() if before else None,
        "after": revision.exposure.as_parts(),
    }
    record(by, "toggle.exposed", f"toggle:{toggle}", states)
    emit("toggles", "toggle.exposed", key, detail)
    change_log.append(toggle.environment, "feature", key, feature_document(toggle))
