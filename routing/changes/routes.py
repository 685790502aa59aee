"""Routes of features, and whether the mesh shall have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.policy import InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict, Invalid, NotFound
from routing.changes.telling import tell
from routing.models import Route, ServiceVersion
from routing.reads import check_consent, get_placement, get_version
from routing.states import route_state
from toggles.changes import MarkCarried
from toggles.models import Feature
from toggles.reads import get_active_feature, get_feature


@dataclass(frozen=True)
class CreateRoute(Change[Route]):
    """Bind a variant to a version of a service. The mesh gets it when a rollout wants it.

    The service's team must have agreed to its part in the feature. The same again changes nothing.
    """

    feature: str
    variant: str
    service: str
    version: str
    environment: str

    def permissions(self) -> Sequence[Permission]:
        owner = get_feature(self.feature).owner.key
        return [InTeam(Role.EDITOR, owner, self.environment)]

    def check(self) -> None:
        feature, to = get_active_feature(self.feature), self._version()
        _check_variant(feature, self.variant)
        get_placement(service=self.service, environment=self.environment)
        check_consent(self.feature, [self.service])
        found = self._find()
        if found is not None:
            _check_same(found, to)
        else:
            _check_one_feature(feature, to)
            MarkCarried(self.feature).check()

    def apply(self, by: Authorship) -> Route:
        found = self._find()
        if found is not None:
            return found
        MarkCarried(self.feature).apply(by)
        to = self._version()
        made = Route.objects.create(
            feature=get_feature(self.feature),
            variant=self.variant,
            version=to,
            service=to.service,
            environment=to.environment,
        )
        _tell(by, "route.created", made, None)
        return made

    def describe(self) -> Description:
        return Description(
            f"{self.feature}={self.variant} goes to {self.version} of {self.service} in "
            f"{self.environment}."
        )

    def _version(self) -> ServiceVersion:
        return get_version(service=self.service, environment=self.environment, version=self.version)

    def _find(self) -> Route | None:
        return _find(self.feature, self.variant, self.service, self.environment)


@dataclass(frozen=True)
class SetRouteWanted(Change[Route]):
    """Say whether the mesh shall have a route from now on. NotFound naming `service` without it."""

    feature: str
    environment: str
    service: str
    variant: str
    wanted: bool

    def permissions(self) -> Sequence[Permission]:
        owner = get_feature(self.feature).owner.key
        return [InTeam(Role.EDITOR, owner, self.environment)]

    def check(self) -> None:
        self._get()

    def apply(self, by: Authorship) -> Route:
        found = self._get()
        before = route_state(found)
        if found.wanted != self.wanted:
            found.wanted = self.wanted
            found.save(update_fields=["wanted"])
            _tell(by, "route.wanted" if self.wanted else "route.unwanted", found, before)
        return found

    def describe(self) -> Description:
        verb = "gets" if self.wanted else "loses"
        return Description(f"The mesh {verb} the route of {self.feature} at {self.service}.")

    def _get(self) -> Route:
        found = _find(self.feature, self.variant, self.service, self.environment)
        if found is None:
            raise NotFound(
                service=f"{self.feature}={self.variant} has no route at {self.service} in "
                f"{self.environment}."
            )
        return found


def _find(feature: str, variant: str, service: str, environment: str) -> Route | None:
    rows = Route.objects.select_related("version", "service", "environment", "feature")
    here = {"environment__key": environment, "service__key": service}
    return rows.filter(feature__key=feature, variant=variant, **here).first()


def _tell(by: Authorship, action: str, row: Route, before: object) -> None:
    key = f"{row.environment.key}/{row.service.key}/{row.feature.key}/{row.variant}"
    tell(by, action, f"route:{key}", row.service.key, before=before, after=route_state(row))


def _check_variant(feature: Feature, variant: str) -> None:
    if variant not in feature.variants:
        known = ", ".join(feature.variants)
        raise Invalid(variant=f"{feature.key} has no variant {variant!r}; it has {known}.")


def _check_same(found: Route, to: ServiceVersion) -> None:
    if found.version_id != to.pk:
        raise Conflict(
            version=f"{found.feature.key}={found.variant} goes to {found.version.version} of "
            f"{to.service.key} in {to.environment.key} already."
        )


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
