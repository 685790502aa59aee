"""Participants of a feature, its routes, and whether they are wanted."""

from __future__ import annotations

from django.db import transaction

from governance.authorship import Authorship
from governance.refusals import Conflict, Invalid, NotFound
from governance.turn import take_turn
from routing import rules
from routing.actions.changes import change, tell
from routing.models import Participant, Route, ServiceVersion
from routing.reads import get_placement, get_service, get_version
from toggles.actions import mark_carried
from toggles.models import Feature
from toggles.reads import get_feature


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
        tell(by, "participant.added", service, detail)
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
    tell(by, "route.created", service, {**detail, "environment": environment})
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
    if change(found, {"wanted": wanted}):
        detail = {"feature": feature, "variant": variant, "version": found.version.version}
        name = "route.wanted" if wanted else "route.unwanted"
        tell(by, name, service, {**detail, "environment": environment})
    return found


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
