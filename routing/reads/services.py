"""Find services, their versions, and where they stand."""

from __future__ import annotations

from accounts.reads import get_environment
from governance.refusals import Invalid, NotFound
from routing.models import Placement, Service, ServiceVersion


def get_service(key: str) -> Service:
    """The service. Raises NotFound naming the field `service`."""
    found = Service.objects.select_related("owner").filter(key=key).first()
    if found is None:
        raise NotFound(service=f"There is no service {key!r}.")
    return found


def get_version(*, service: str, environment: str, version: str) -> ServiceVersion:
    """The version. Raises NotFound naming `version` and what there is."""
    where, what = get_environment(environment), get_service(service)
    rows = ServiceVersion.objects.select_related("service", "environment")
    found = rows.filter(service=what, environment=where)
    names = [row.version for row in found]
    if version not in names:
        there = f"it has {', '.join(names)}" if names else "it has none yet"
        raise NotFound(version=f"{service} has no version {version} in {environment}; {there}.")
    return found.get(version=version)


def get_placement(*, service: str, environment: str) -> Placement:
    """Where the service stands. Raises Invalid naming `service` when it stands nowhere there."""
    rows = Placement.objects.select_related("service", "environment", "baseline")
    found = rows.filter(service__key=service, environment__key=environment).first()
    if found is None:
        raise Invalid(service=f"{service} is not placed in {environment}: set its placement first.")
    return found
