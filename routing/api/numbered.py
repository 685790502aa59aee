"""The revisions of what routing keeps, in answers; of all rows of a list in the query for them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat
from rest_framework import serializers

from governance.history import current_revision, with_revision
from routing.models import Participant, Placement, Route, Service, ServiceVersion
from routing.subjects import subject_of


class RevisionField(serializers.IntegerField):
    """The number of the row's latest revision, 0 before the first."""

    def __init__(self) -> None:
        text = "Its latest revision: `expected_revision`, or `If-Match`, of the next change."
        super().__init__(source="*", read_only=True, help_text=text)

    def to_representation(self, value: Any) -> int:
        read: int | None = getattr(value, "subject_revision", None)
        return current_revision(subject_of(value)) if read is None else read


def services() -> QuerySet[Service]:
    return with_revision(Service.objects.select_related("owner"), "service")


def versions() -> QuerySet[ServiceVersion]:
    rows = ServiceVersion.objects.select_related("service", "environment")
    return _numbered(rows, "version", "environment__key", "service__key", "version")


def placements() -> QuerySet[Placement]:
    rows = Placement.objects.select_related("service", "environment", "baseline")
    return _numbered(rows, "placement", "environment__key", "service__key")


def participants() -> QuerySet[Participant]:
    rows = Participant.objects.select_related("service__owner", "feature__owner")
    rows = rows.prefetch_related("service__consents")
    return _numbered(rows, "participant", "feature__key", "service__key")


def routes() -> QuerySet[Route]:
    rows = Route.objects.select_related("service", "environment", "version", "feature")
    names = ("environment__key", "service__key", "feature__key", "variant")
    return _numbered(rows, "route", *names)


def _numbered(rows: QuerySet[Any], kind: str, *names: str) -> QuerySet[Any]:
    parts: list[Any] = [F(names[0])]
    for name in names[1:]:
        parts += [Value("/"), F(name)]
    return with_revision(rows.annotate(subject_key=Concat(*parts)), kind, "subject_key")
