"""Give a toggle its next revision: what all the actions that change a toggle end with."""

from typing import Any

from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from toggles import change_log, prerequisites, rules
from toggles.documents import document_of, feature_document
from toggles.models import Revision, Segment, Toggle


def revise(
    by: Authorship,
    toggle: Toggle,
    *,
    enabled: bool,
    exposure: list[dict[str, Any]],
    more: dict[str, Any],
    origin: str | None = None,
) -> Revision:
    """Within the caller's transaction and turn. Raises Invalid or NotFound naming the field."""
    before = toggle.current
    revision = Revision(
        toggle=toggle,
        number=before.number + 1 if before else 1,
        enabled=enabled,
        rules=exposure,
        more=more,
        author=by.author,
        reason=by.reason,
        origin=origin,
    )
    rules.check_more(more)
    segments = set(Segment.objects.values_list("key", flat=True))
    rules.check_document(document_of(toggle.feature, revision), segments)
    prerequisites.check(toggle, more)
    revision.save()
    toggle.current = revision
    toggle.save(update_fields=["current"])
    _tell(by, toggle, before, revision)
    return revision


def _tell(by: Authorship, toggle: Toggle, before: Revision | None, revision: Revision) -> None:
    detail = {
        "environment": toggle.environment.key,
        "revision": revision.number,
        "enabled": revision.enabled,
        "rules": revision.rules,
        "more": revision.more,
        "before": before.number if before else None,
    }
    key = toggle.feature.key
    record(by, "toggle.exposed", f"toggle:{toggle}", detail)
    emit("toggles", "toggle.exposed", key, detail)
    change_log.append(toggle.environment, "feature", key, feature_document(toggle))
