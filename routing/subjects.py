"""How the audit log and revisions name what routing keeps: the subjects, and keys within them."""

from __future__ import annotations

from functools import singledispatch

from routing.models import Mesh, Participant, Placement, Route, Service, ServiceVersion


@singledispatch
def subject_of(row: object) -> str:
    """The subject of a row of routing."""
    raise TypeError(f"{row!r} is nothing that has revisions")


@subject_of.register
def _(row: Service) -> str:
    return f"service:{row.key}"


@subject_of.register
def _(row: ServiceVersion) -> str:
    return version_subject(row.environment.key, row.service.key, row.version)


@subject_of.register
def _(row: Placement) -> str:
    return placement_subject(row.environment.key, row.service.key)


@subject_of.register
def _(row: Mesh) -> str:
    return f"mesh:{row.environment.key}"


@subject_of.register
def _(row: Participant) -> str:
    return participant_subject(row.feature.key, row.service.key)


@subject_of.register
def _(row: Route) -> str:
    return route_subject(row.environment.key, row.service.key, row.feature.key, row.variant)


def version_subject(environment: str, service: str, version: str) -> str:
    return f"version:{environment}/{service}/{version}"


def placement_subject(environment: str, service: str) -> str:
    return f"placement:{environment}/{service}"


def participant_subject(feature: str, service: str) -> str:
    return f"participant:{feature}/{service}"


def route_subject(environment: str, service: str, feature: str, variant: str) -> str:
    return f"route:{environment}/{service}/{feature}/{variant}"


def key_of(subject: str) -> str:
    """What follows the subject's kind."""
    return subject.partition(":")[2]
