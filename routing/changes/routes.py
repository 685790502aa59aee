"""Routes of features, and whether the mesh shall have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.policy import InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict, Invalid, NotFound
from routing.changes.telling import tell
from routing.models import Route, ServiceVersion
from routing.reads import check_consent, find_route, get_placement, get_version
from routing.states import State, route_state
from routing.subjects import key_of, route_subject
from toggles.changes import MarkCarried
from toggles.models import Feature
from toggles.reads import get_active_feature, get_feature


class _OfRoute(Change[Any]):
    feature: str
    variant: str
    service: str
    environment: str

    def permissions(self) -> Sequence[Permission]:
        owner = get_feature(self.feature).owner.key
        return [InTeam(Role.EDITOR, owner, self.environment)]

    @property
    def subject(self) -> str:
        return route_subject(self.environment, self.service, self.feature, self.variant)

    def find(self) -> Route | None:
        return find_route(
            feature=self.feature,
            variant=self.variant,
            service=self.service,
            environment=self.environment,
        )

    def get(self) -> Route:
        found = self.find()
        if found is None:
            raise NotFound(
                service=f"{self.feature}={self.variant} has no route at {self.service} in "
                f"{self.environment}."
            )
        return found

    def state(self) -> State | None:
        found = self.find()
        return route_state(found) if found else None

    def tell(self, by: Authorship, action: str, *, before: Any, after: Any) -> None:
        tell(by, action, self.subject, self.service, before=before, after=after)


@dataclass(frozen=True)
class CreateRoute(_OfRoute):
    """Bind a variant to a version of a service. The mesh gets it when a rollout wants it.

    The service's team must have agreed to its part in the feature. The same again changes nothing.
    """

    feature: str
    variant: str
    service: str
    version: str
    environment: str

    def check(self) -> None:
        feature, to = get_active_feature(self.feature), self._version()
        _check_variant(feature, self.variant)
        get_placement(service=self.service, environment=self.environment)
        check_consent(self.feature, [self.service])
        found = self.find()
        if found is not None:
            _check_same(found, to)
        else:
            _check_one_feature(feature, to)
            MarkCarried(self.feature).check()

    def apply(self, by: Authorship) -> Route:
        found = self.find()
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
        self.tell(by, "route.created", before=None, after=route_state(made))
        return made

    def describe(self) -> Description:
        after = self.state() or {"version": self.version, "wanted": False}
        return Description(_sentence(self), self.state(), after)

    def _version(self) -> ServiceVersion:
        return get_version(service=self.service, environment=self.environment, version=self.version)


@dataclass(frozen=True)
class SetRoute(_OfRoute):
    """Create a route, or let it go to another version while the mesh does not have it."""

    feature: str
    variant: str
    service: str
    environment: str
    version: str
    expected_revision: int | None = None

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        found = self.find()
        if found is None:
            self._creation().check()
            return
        to = self._version()
        get_active_feature(self.feature)
        check_consent(self.feature, [self.service])
        if found.version_id != to.pk:
            _check_not_needed(self.subject, "version")

    def apply(self, by: Authorship) -> Route:
        found = self.find()
        if found is None:
            return self._creation().apply(by)
        before = route_state(found)
        found.version = self._version()
        after = route_state(found)
        if before != after:
            found.save(update_fields=["version"])
            self.tell(by, "route.changed", before=before, after=after)
        return found

    def describe(self) -> Description:
        before = self.state()
        after = {**(before or {"wanted": False}), "version": self.version}
        return Description(_sentence(self), before, after)

    def _creation(self) -> CreateRoute:
        return CreateRoute(self.feature, self.variant, self.service, self.version, self.environment)

    def _version(self) -> ServiceVersion:
        return get_version(service=self.service, environment=self.environment, version=self.version)


@dataclass(frozen=True)
class DeleteRoute(_OfRoute):
    """Delete a route that no rollout needs, and that the mesh shall not have.

    One to the version that everyone gets anyway may go, too; the mesh drops it with its next plan.
    """

    feature: str
    variant: str
    service: str
    environment: str
    expected_revision: int | None = None

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        self.get()
        _check_not_needed(self.subject, "route")

    def apply(self, by: Authorship) -> None:
        found = self.get()
        before = route_state(found)
        found.delete()
        self.tell(by, "route.deleted", before=before, after=None)

    def describe(self) -> Description:
        sentence = f"Deletes the route of {self.feature}={self.variant} at {self.service}."
        return Description(sentence, self.state(), None)


@dataclass(frozen=True)
class SetRouteWanted(_OfRoute):
    """Say whether the mesh shall have a route from now on. NotFound naming `service` without it.

    The service's team must agree to what is wanted; a route can always be taken back.
    """

    feature: str
    environment: str
    service: str
    variant: str
    wanted: bool

    def check(self) -> None:
        self.get()
        if self.wanted:
            check_consent(self.feature, [self.service])

    def apply(self, by: Authorship) -> Route:
        found = self.get()
        before = route_state(found)
        if found.wanted != self.wanted:
            found.wanted = self.wanted
            found.save(update_fields=["wanted"])
            action = "route.wanted" if self.wanted else "route.unwanted"
            self.tell(by, action, before=before, after=route_state(found))
        return found

    def describe(self) -> Description:
        verb = "gets" if self.wanted else "loses"
        sentence = f"The mesh {verb} the route of {self.feature} at {self.service}."
        return Description(sentence, self.state(), {**(self.state() or {}), "wanted": self.wanted})


def _sentence(route: CreateRoute | SetRoute) -> str:
    return (
        f"{route.feature}={route.variant} goes to {route.version} of {route.service} in "
        f"{route.environment}."
    )


def _check_not_needed(subject: str, field: str) -> None:
    remedy = "end the rollout, or let everyone have its version (the placement's baseline), first."
    check_no_dependents("route", key_of(subject), field, remedy)


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
