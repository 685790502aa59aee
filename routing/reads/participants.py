"""Participants of a feature, and how they stand in an environment, for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from governance.refusals import NotFound
from routing.models import Participant, Placement, Route, ServiceVersion
from routing.reads.services import get_service
from toggles.reads import get_feature


def find_participant(feature: str, service: str) -> Participant | None:
    """The service's part in the feature, if it has one."""
    rows = Participant.objects.select_related("service__owner", "feature__owner", "agreed_with")
    return rows.filter(feature__key=feature, service__key=service).first()


def get_participant(feature: str, service: str) -> Participant:
    """The same. Raises NotFound naming `feature` or `service`."""
    get_feature(feature)
    get_service(service)
    found = find_participant(feature, service)
    if found is None:
        raise NotFound(service=f"{service} has no part in {feature}.")
    return found


@dataclass(frozen=True, slots=True)
class ParticipantStanding:
    """A participant in one environment, for pages. `baseline` is empty where it is not placed."""

    service: str
    name: str
    owner: str
    part: str
    position: int
    baseline: str
    versions: Sequence[str]
    routes: Sequence[Route]


def participants_of(feature: str, environment: str) -> list[ParticipantStanding]:
    """The participants of a feature as they stand in an environment, provider first."""
    rows = Participant.objects.select_related("service__owner").filter(feature__key=feature)
    return [_standing(row, feature, environment) for row in rows]


def _standing(row: Participant, feature: str, environment: str) -> ParticipantStanding:
    here = {"service": row.service_id, "environment__key": environment}
    placement = Placement.objects.select_related("baseline").filter(**here).first()
    versions = ServiceVersion.objects.filter(**here).values_list("version", flat=True)
    routes = Route.objects.select_related("version").filter(**here, feature__key=feature)
    return ParticipantStanding(
        service=row.service.key,
        name=row.service.name,
        owner=row.service.owner.key,
        part=row.part,
        position=row.position,
        baseline=placement.baseline.version if placement else "",
        versions=list(versions),
        routes=list(routes),
    )
