"""Numbered revisions of everything that has no revisions of its own: undo, and guards for editors.

A subject is named as in the audit log, `<kind>:<key>`: `segment:beta-users`, `mesh:production`.
Its state is what its kind says it is, as JSON; null means that it is not there.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from governance.actions import record
from governance.authorship import Authorship
from governance.models import SubjectRevision
from governance.refusals import Conflict, NotFound


def current_revision(subject: str) -> int:
    """The number of the subject's latest revision; 0 before the first."""
    found = SubjectRevision.objects.filter(subject=subject).aggregate(last=Max("number"))["last"]
    return found or 0


def with_revision(rows: QuerySet[Any], kind: str, key: str = "key") -> QuerySet[Any]:
    """The rows, each with its `subject_revision`, in the one query that reads them."""
    subject = Concat(Value(f"{kind}:"), OuterRef(key))
    latest = SubjectRevision.objects.filter(subject=subject).order_by("-number").values("number")
    told: QuerySet[Any] = rows.annotate(subject_revision=Coalesce(Subquery(latest[:1]), Value(0)))
    return told


def revisions_of(subject: str) -> QuerySet[SubjectRevision]:
    """Newest first."""
    return SubjectRevision.objects.filter(subject=subject).order_by("-number")


def get_revision(subject: str, number: int) -> SubjectRevision:
    """One revision. Raises NotFound naming `revision`."""
    found = SubjectRevision.objects.filter(subject=subject, number=number).first()
    if found is None:
        raise NotFound(revision=f"{subject} has no revision {number}.")
    return found


def expect_revision(subject: str, expected: int | None) -> None:
    """Raise Conflict when the subject has moved on from the revision that somebody looked at."""
    if expected is None:
        return
    last = SubjectRevision.objects.filter(subject=subject).order_by("-number").first()
    now = last.number if last else 0
    if now != expected:
        who = f": {last.author} changed it ({last.reason})" if last else ""
        raise Conflict(
            expected_revision=f"{subject} is at revision {now} by now, not {expected}{who}. Look "
            "at what changed, then try again."
        )


def keep_revision(
    by: Authorship, action: str, subject: str, *, before: Any, after: Any
) -> SubjectRevision:
    """Number a change that was made, and enter it in the audit log with both states."""
    revision = SubjectRevision.objects.create(
        subject=subject,
        number=current_revision(subject) + 1,
        action=action,
        before=before,
        after=after,
        author=by.author,
        reason=by.reason,
    )
    record(by, action, subject, {"revision": revision.number, "before": before, "after": after})
    return revision
