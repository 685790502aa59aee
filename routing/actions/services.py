"""Services, their versions, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts.reads import get_environment, get_team
from governance.authorship import Authorship
from governance.names import check_key
from governance.refusals import Conflict, NotFound
from governance.turn import take_turn
from routing import rules
from routing.actions.changes import change, tell
from routing.allowed import allowed_here
from routing.models import Placement, Service, ServiceVersion
from routing.reads import get_service, get_version


@transaction.atomic
def create_service(by: Authorship, *, key: str, name: str, owner: str) -> Service:
    """Create a service. The same again is fine; another owner or name is a Conflict."""
    check_key(key)
    team, name = get_team(owner), name.strip() or key
    take_turn()
    found = Service.objects.filter(key=key).first()
    if found is None:
        found = Service.objects.create(key=key, name=name, owner=team)
        tell(by, "service.created", key, {"name": name, "owner": owner})
    elif (found.name, found.owner_id) != (name, team.pk):
        raise Conflict(key=f"There is a service {key!r} already: {found.name}, of {found.owner}.")
    return found


@transaction.atomic
def set_version(
    by: Authorship,
    *,
    service: str,
    environment: str,
    version: str,
    labels: Mapping[str, str] | None = None,
    endpoints: Sequence[str] | None = None,
) -> ServiceVersion:
    """Say which instances are a version: by labels (Istio) or `host:port` (standalone Envoy)."""
    check_key(version, "version")
    wanted = {
        "labels": rules.check_labels({"version": version} if labels is None else labels),
        "endpoints": rules.check_endpoints(
            [] if endpoints is None else endpoints, allowed_here().networks
        ),
    }
    what, where = get_service(service), get_environment(environment)
    take_turn()
    found = ServiceVersion.objects.filter(service=what, environment=where, version=version).first()
    found = found or ServiceVersion(service=what, environment=where, version=version)
    if change(found, wanted):
        detail = {"environment": environment, "version": version, **wanted}
        tell(by, "version.set", service, detail)
    return found


@transaction.atomic
def set_placement(
    by: Authorship,
    *,
    service: str,
    environment: str,
    host: str,
    port: int,
    namespace: str,
    baseline: str,
) -> Placement:
    """Say where a service stands, and which version everyone gets who has no route."""
    rules.check_host(host)
    rules.check_port(port)
    rules.check_namespace(namespace)
    version = _known_version("baseline", service, environment, baseline)
    take_turn()
    here = {"service": version.service, "environment": version.environment}
    found = Placement.objects.filter(**here).first() or Placement(**here)
    wanted = {"host": host, "port": port, "namespace": namespace, "baseline_id": version.pk}
    if change(found, wanted):
        detail = {"environment": environment, "host": host, "port": port, "baseline": baseline}
        tell(by, "placement.set", service, {**detail, "namespace": namespace})
    return found


def _known_version(field: str, service: str, environment: str, version: str) -> ServiceVersion:
    try:
        return get_version(service=service, environment=environment, version=version)
    except NotFound as unknown:
        if "version" not in unknown.errors:
            raise
        raise NotFound(**{field: unknown.errors["version"]}) from None
