"""Find toggles and segments; read what evaluators need: snapshots and numbered changes."""

from typing import Any

from django.db import connection, transaction

from accounts.models import Environment
from accounts.reads import get_environment
from governance.refusals import Conflict, NotFound
from toggles.documents import feature_document, segment_document
from toggles.models import Change, ChangeClock, Feature, Lifecycle, Revision, Segment, Toggle


def get_feature(key: str) -> Feature:
    """The feature. Raises NotFound naming the field `feature`."""
    found = Feature.objects.select_related("owner").filter(key=key).first()
    if found is None:
        raise NotFound(feature=f"There is no feature {key!r}.")
    return found


def get_active_feature(key: str) -> Feature:
    """The feature. Raises NotFound, and Conflict for one that is archived."""
    found = get_feature(key)
    if found.lifecycle != Lifecycle.ACTIVE:
        raise Conflict(feature=f"The feature {key!r} is archived: restore it first.")
    return found


def get_toggle(*, feature: str, environment: str) -> Toggle:
    """The toggle with its feature, owner, environment and current revision. Raises NotFound."""
    where, what = get_environment(environment), get_feature(feature)
    return Toggle.objects.select_related("feature__owner", "environment", "current").get(
        feature=what, environment=where
    )


def get_revision(toggle: Toggle, number: int) -> Revision:
    """One revision of a toggle. Raises NotFound naming the field `revision`."""
    found = toggle.revisions.filter(number=number).first()
    if found is None:
        raise NotFound(revision=f"{toggle} has no revision {number}.")
    return found


def get_segment(key: str) -> Segment:
    """The segment. Raises NotFound naming the field `segment`."""
    found = Segment.objects.filter(key=key).first()
    if found is None:
        raise NotFound(segment=f"There is no segment {key!r}.")
    return found


def last_number(environment: str) -> int:
    """The number of the environment's last change; 0 before the first."""
    clock = ChangeClock.objects.filter(environment=get_environment(environment)).first()
    return clock.number if clock else 0


def changes_after(environment: str, number: int, limit: int = 1000) -> list[dict[str, Any]]:
    """Changes after `number`, in order (docs/wire.md, "Change")."""
    found = Change.objects.filter(environment__key=environment, number__gt=number)
    rows = found.order_by("number").values("number", "kind", "key", "document")[:limit]
    return [dict(row) for row in rows]


def snapshot(environment: str) -> dict[str, Any]:
    """The environment whole, at one moment (docs/wire.md, "Snapshot")."""
    where = get_environment(environment)
    if connection.in_atomic_block:
        return _read_snapshot(where)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Makes `number` and the documents belong together; it has to be the first statement.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _read_snapshot(where)


def _read_snapshot(where: Environment) -> dict[str, Any]:
    toggles = Toggle.objects.select_related("feature", "current").filter(
        environment=where, feature__lifecycle=Lifecycle.ACTIVE
    )
    clock = ChangeClock.objects.filter(environment=where).first()
    return {
        "format": 1,
        "environment": where.key,
        "number": clock.number if clock else 0,
        "segments": {s.key: segment_document(s) for s in Segment.objects.all()},
        "features": {t.feature.key: feature_document(t) for t in toggles},
    }
