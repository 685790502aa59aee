"""Declare services, their versions and places, meshes, participants and routes.

Each action is one transaction with audit entry and event. Doing the same again changes nothing; a
different thing under the same key is a Conflict, or a change where the name says `set`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.reads import get_environment, get_team
from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from governance.names import check_key
from governance.refusals import Conflict, Invalid, NotFound
from governance.turn import take_turn
from routing import rules
from routing.models import Mesh, Participant, Placement, Route, Service, ServiceVersion
from routing.reads import get_placement, get_service, get_version
from routing.routers import registry
from toggles.actions import mark_carried
from toggles.models import Feature
from toggles.reads import get_feature


@transaction.atomic
def create_service(by: Authorship, *, key: str, name: str, owner: str) -> Service:
    """Create a service. The same again is fine; another owner or name is a Conflict."""
    check_key(key)
    team, name = get_team(owner), name.strip() or key
    take_turn()
    found = Service.objects.filter(key=key).first()
    if found is None:
        found = Service.objects.create(key=key, name=name, owner=team)
        _tell(by, "service.created", key, {"name": name, "owner": owner})
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
        "endpoints": rules.check_endpoints([] if endpoints is None else endpoints),
    }
    what, where = get_service(service), get_environment(environment)
    take_turn()
    found = ServiceVersion.objects.filter(service=what, environment=where, version=version).first()
    found = found or ServiceVersion(service=what, environment=where, version=version)
    if _change(found, wanted):
        detail = {"environment": environment, "version": version, **wanted}
        _tell(by, "version.set", service, detail)
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
    if _change(found, wanted):
        detail = {"environment": environment, "host": host, "port": port, "baseline": baseline}
        _tell(by, "placement.set", service, {**detail, "namespace": namespace})
    return found


@transaction.atomic
def set_mesh(by: Authorship, *, environment: str, router: str, settings: Mapping[str, Any]) -> Mesh:
    """Say what carries an environment's traffic. The router itself checks its settings."""
    where = get_environment(environment)
    registry.build(router, settings)
    take_turn()
    found = Mesh.objects.filter(environment=where).first() or Mesh(environment=where)
    if _change(found, {"router": router, "settings": dict(settings)}):
        # Settings may name credentials: the audit log keeps which were set, not to what.
        detail = {"router": router, "settings": sorted(settings)}
        record(by, "mesh.set", f"mesh:{environment}", detail)
        emit("routing", "mesh.set", environment, detail)
    return found


@transaction.atomic
def add_participant(
    by: Authorship, *, feature: str, service: str, part: str, position: int
) -> Participant:
    """Give a service a part in a feature; routes go up in the order of positions."""
    if part not in Participant.Part.values:
        raise Invalid(part=f"{part!r} is no part; choose {' or '.join(Participant.Part.values)}.")
    rules.check_position(position)
    what, who = get_feature(feature), get_service(service)
    take_turn()
    found = Participant.objects.filter(feature=what, service=who).first()
    if found is None:
        found = Participant.objects.create(feature=what, service=who, part=part, position=position)
        detail = {"feature": feature, "part": part, "position": position}
        _tell(by, "participant.added", service, detail)
    elif (found.part, found.position) != (part, position):
        raise Conflict(
            service=f"{service} has a part in {feature} already: it {found.part} at position "
            f"{found.position}."
        )
    return found


@transaction.atomic
def create_route(
    by: Authorship, *, feature: str, variant: str, service: str, version: str, environment: str
) -> Route:
    """Bind a variant to a version of a service. The mesh gets it when a rollout wants it."""
    what = get_feature(feature)
    _check_variant(what, variant)
    to = get_version(service=service, environment=environment, version=version)
    get_placement(service=service, environment=environment)
    take_turn()
    here = {"service": to.service, "environment": to.environment}
    found = Route.objects.filter(feature=what, variant=variant, **here).first()
    if found is not None:
        return _same_route(found, to)
    _check_one_feature(what, to)
    mark_carried(by, feature=feature)
    found = Route.objects.create(feature=what, variant=variant, version=to, **here)
    detail = {"feature": feature, "variant": variant, "version": version}
    _tell(by, "route.created", service, {**detail, "environment": environment})
    return found


@transaction.atomic
def set_routes_wanted(
    by: Authorship,
    *,
    feature: str,
    environment: str,
    service: str,
    variant: str,
    wanted: bool,
) -> Route:
    """Say whether the mesh shall have a route from now on. NotFound naming `service` without it."""
    take_turn()
    rows = Route.objects.select_related("version", "service", "environment")
    here = {"environment__key": environment, "service__key": service}
    found = rows.filter(feature__key=feature, variant=variant, **here).first()
    if found is None:
        raise NotFound(service=f"{feature}={variant} has no route at {service} in {environment}.")
    if _change(found, {"wanted": wanted}):
        detail = {"feature": feature, "variant": variant, "version": found.version.version}
        name = "route.wanted" if wanted else "route.unwanted"
        _tell(by, name, service, {**detail, "environment": environment})
    return found


def _change(row: Any, wanted: Mapping[str, Any]) -> bool:
    """Save the row with these values, naming them; False when it had them all along."""
    new = row.pk is None
    changed = [name for name, value in wanted.items() if new or getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if new:
        row.save()
    elif changed:
        row.save(update_fields=changed)
    return bool(changed)


def _tell(by: Authorship, event: str, service: str, detail: Mapping[str, Any]) -> None:
    record(by, event, f"service:{service}", detail)
    emit("routing", event, service, detail)


def _known_version(field: str, service: str, environment: str, version: str) -> ServiceVersion:
    try:
        return get_version(service=service, environment=environment, version=version)
    except NotFound as unknown:
        if "version" not in unknown.errors:
            raise
        raise NotFound(**{field: unknown.errors["version"]}) from None


def _check_variant(feature: Feature, variant: str) -> None:
    if variant not in feature.variants:
        known = ", ".join(feature.variants)
        raise Invalid(variant=f"{feature.key} has no variant {variant!r}; it has {known}.")


def _same_route(found: Route, to: ServiceVersion) -> Route:
    if found.version_id != to.pk:
        raise Conflict(
            version=f"{found.feature.key}={found.variant} goes to {found.version.version} of "
            f"{to.service.key} in {to.environment.key} already."
        )
    return found


def _check_one_feature(feature: Feature, to: ServiceVersion) -> None:
    rows = Route.objects.select_related("feature").filter(
        service=to.service, environment=to.environment
    )
    other = rows.exclude(feature=feature).first()
    if other is not None:
        raise Conflict(
            service=f"{to.service.key} has routes of {other.feature.key} in "
            f"{to.environment.key}; a service takes routes of one feature at a time."
        )
