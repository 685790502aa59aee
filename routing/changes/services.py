"""Services, their versions, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.reads import get_environment, get_team
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import expect_revision
from governance.names import check_key
from governance.policy import InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict, NotFound
from routing import rules
from routing.allowed import allowed_here
from routing.changes.telling import tell
from routing.models import Placement, Service, ServiceVersion
from routing.reads import get_service, get_version
from routing.states import placement_state, service_state, version_state


@dataclass(frozen=True)
class CreateService(Change[Service]):
    """Create a service. The same again is fine; another owner or name is a Conflict."""

    key: str
    name: str
    owner: str

    def permissions(self) -> Sequence[Permission]:
        get_team(self.owner)
        return [InTeam(Role.EDITOR, self.owner)]

    def check(self) -> None:
        check_key(self.key)
        found = self._find()
        if found and (found.name, found.owner.key) != (self._name, self.owner):
            raise Conflict(
                key=f"There is a service {self.key!r} already: {found.name}, of {found.owner}."
            )

    def apply(self, by: Authorship) -> Service:
        found = self._find()
        if found is not None:
            return found
        made = Service.objects.create(key=self.key, name=self._name, owner=get_team(self.owner))
        subject = f"service:{self.key}"
        tell(by, "service.created", subject, self.key, before=None, after=service_state(made))
        return made

    def describe(self) -> Description:
        return Description(f"Creates the service {self.key} of the team {self.owner}.")

    @property
    def _name(self) -> str:
        return self.name.strip() or self.key

    def _find(self) -> Service | None:
        return Service.objects.select_related("owner").filter(key=self.key).first()


class _OfServiceHere(Change[Any]):
    """A change of a service in one environment."""

    service: str
    environment: str

    def permissions(self) -> Sequence[Permission]:
        owner = get_service(self.service).owner.key
        return [InTeam(Role.EDITOR, owner, self.environment)]

    @property
    def _here(self) -> dict[str, Any]:
        return {
            "service": get_service(self.service),
            "environment": get_environment(self.environment),
        }


@dataclass(frozen=True)
class SetVersion(_OfServiceHere):
    """Say which instances are a version: by labels (Istio) or `host:port` (standalone Envoy)."""

    service: str
    environment: str
    version: str
    labels: Mapping[str, str] | None = None
    endpoints: Sequence[str] | None = None
    expected_revision: int | None = None

    def check(self) -> None:
        check_key(self.version, "version")
        self._wanted()
        get_environment(self.environment)
        expect_revision(self._subject, self.expected_revision)

    def apply(self, by: Authorship) -> ServiceVersion:
        row = {**self._here, "version": self.version}
        found = ServiceVersion.objects.filter(**row).first()
        before = version_state(found) if found else None
        version = found or ServiceVersion(**row)
        for name, value in self._wanted().items():
            setattr(version, name, value)
        after = version_state(version)
        if before != after:
            version.save()
            tell(by, "version.set", self._subject, self.service, before=before, after=after)
        return version

    def describe(self) -> Description:
        sentence = f"Sets the version {self.version} of {self.service} in {self.environment}."
        return Description(sentence, None, self._wanted())

    @property
    def _subject(self) -> str:
        return f"version:{self.environment}/{self.service}/{self.version}"

    def _wanted(self) -> dict[str, Any]:
        labels = {"version": self.version} if self.labels is None else self.labels
        return {
            "labels": rules.check_labels(labels),
            "endpoints": rules.check_endpoints(
                [] if self.endpoints is None else self.endpoints, allowed_here().networks
            ),
        }


@dataclass(frozen=True)
class SetPlacement(_OfServiceHere):
    """Say where a service stands, and which version everyone gets who has no route."""

    service: str
    environment: str
    host: str
    port: int
    namespace: str
    baseline: str
    expected_revision: int | None = None

    def check(self) -> None:
        rules.check_host(self.host)
        rules.check_port(self.port)
        rules.check_namespace(self.namespace)
        self._baseline()
        expect_revision(self._subject, self.expected_revision)

    def apply(self, by: Authorship) -> Placement:
        found = Placement.objects.select_related("baseline").filter(**self._here).first()
        before = placement_state(found) if found else None
        placement = found or Placement(**self._here)
        placement.host, placement.port = self.host, self.port
        placement.namespace, placement.baseline = self.namespace, self._baseline()
        after = placement_state(placement)
        if before != after:
            placement.save()
            tell(by, "placement.set", self._subject, self.service, before=before, after=after)
        return placement

    def describe(self) -> Description:
        return Description(f"{self.service} stands at {self.host} in {self.environment}.")

    @property
    def _subject(self) -> str:
        return f"placement:{self.environment}/{self.service}"

    def _baseline(self) -> ServiceVersion:
        here = {"service": self.service, "environment": self.environment}
        try:
            return get_version(**here, version=self.baseline)
        except NotFound as unknown:
            if "version" not in unknown.errors:
                raise
            raise NotFound(baseline=unknown.errors["version"]) from None
