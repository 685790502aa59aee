"""What is there now of each thing that can be declared; None where it is not there."""

from __future__ import annotations

from typing import Any

from routing.models import Participant, Placement, Route, Service, ServiceVersion
from routing.states import placement_state, service_state, version_state
from toggles.models import Feature, Segment
from toggles.states import feature_state, segment_state

State = dict[str, Any]


def find_feature(key: str) -> State | None:
    found = Feature.objects.select_related("owner").filter(key=key).first()
    return feature_state(found) if found else None


def find_segment(key: str) -> State | None:
    found = Segment.objects.select_related("owner").filter(key=key).first()
    return segment_state(found) if found else None


def find_service(key: str) -> State | None:
    found = Service.objects.select_related("owner").filter(key=key).first()
    return service_state(found) if found else None


def find_version(service: str, environment: str, version: str) -> State | None:
    rows = ServiceVersion.objects.filter(service__key=service, environment__key=environment)
    found = rows.filter(version=version).first()
    return version_state(found) if found else None


def find_placement(service: str, environment: str) -> State | None:
    rows = Placement.objects.select_related("baseline")
    found = rows.filter(service__key=service, environment__key=environment).first()
    return placement_state(found) if found else None


def find_participant(feature: str, service: str) -> State | None:
    found = Participant.objects.filter(feature__key=feature, service__key=service).first()
    return {"part": found.part, "position": found.position} if found else None


def find_route(feature: str, variant: str, service: str, environment: str) -> State | None:
    rows = Route.objects.select_related("version").filter(service__key=service, variant=variant)
    found = rows.filter(feature__key=feature, environment__key=environment).first()
    return {"version": found.version.version} if found else None
