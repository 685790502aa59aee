"""What of routing depends on services, versions, features and the rest, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from routing.models import Mesh, Participant, Placement, Route, Service


def of_service(key: str) -> list[str]:
    """Features in which it takes part, and routes to it."""
    parts = Participant.objects.filter(service__key=key).values_list("feature__key", flat=True)
    return [f"the feature {one}" for one in parts] + _routes(_all().filter(service__key=key))


def of_version(key: str) -> list[str]:
    """The placement that gives it to everyone, and routes that go to it."""
    environment, service, version = key.split("/")
    here = {"service__key": service, "environment__key": environment}
    placed = Placement.objects.filter(**here, baseline__version=version)
    routes = _all().filter(**here, version__version=version)
    told = [f"everyone without a route in {environment}"] if placed.exists() else []
    return told + _routes(routes)


def of_placement(key: str) -> list[str]:
    """Routes at the service there."""
    environment, service = key.split("/")
    return _routes(_all().filter(service__key=service, environment__key=environment))


def of_route(key: str) -> list[str]:
    """The mesh, while it shall have it and it makes a difference there."""
    environment, service, feature, variant = key.split("/", 3)
    here = {"service__key": service, "environment__key": environment}
    found = _wanted().filter(**here, feature__key=feature, variant=variant)
    return [f"the mesh of {environment}"] if found.exists() else []


def of_participant(key: str) -> list[str]:
    """Routes of the feature at the service that the mesh shall have."""
    feature, service = key.split("/")
    return _routes(_wanted().filter(feature__key=feature, service__key=service))


def of_feature(key: str) -> list[str]:
    """Routes that the mesh shall have; all others go with the feature."""
    return _routes(_wanted().filter(feature__key=key))


def of_mesh(environment: str) -> list[str]:
    """Routes that it shall have."""
    return _routes(_wanted().filter(environment__key=environment))


def of_environment(key: str) -> list[str]:
    """Its mesh, services that stand there, and with them their routes."""
    meshes = [f"the mesh of {key}"] if Mesh.objects.filter(environment__key=key).exists() else []
    places = Placement.objects.filter(environment__key=key).values_list("service__key", flat=True)
    return meshes + [f"the placement of {one}" for one in places]


def of_team(key: str) -> list[str]:
    """Services that it owns."""
    services = Service.objects.filter(owner__key=key).values_list("key", flat=True)
    return [f"the service {one}" for one in services]


def _all() -> QuerySet[Route]:
    return Route.objects.select_related("feature", "service", "environment")


def _wanted() -> QuerySet[Route]:
    """Routes that the mesh shall have, but those to the version that everyone gets anyway: after a
    rollout has ended, and its version became the baseline, they may go.
    """
    here = {"service": OuterRef("service"), "environment": OuterRef("environment")}
    to_everyone = Placement.objects.filter(**here, baseline=OuterRef("version"))
    return _all().filter(~Exists(to_everyone), wanted=True)


def _routes(routes: Iterable[Route]) -> list[str]:
    return [
        f"the route of {one.feature.key}={one.variant} at {one.service.key} in "
        f"{one.environment.key}"
        for one in routes
    ]
