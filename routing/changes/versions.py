"""Versions of services: which instances they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.reads import get_environment
from governance.authorship import Authorship
from governance.changes import Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.names import check_key
from routing import rules
from routing.allowed import allowed_here
from routing.changes.here import OfServiceHere
from routing.changes.telling import tell
from routing.models import ServiceVersion
from routing.reads import get_version
from routing.states import State, version_state
from routing.subjects import key_of, version_subject


class _OfVersion(OfServiceHere[Any]):
    version: str

    @property
    def subject(self) -> str:
        return version_subject(self.environment, self.service, self.version)

    def find(self) -> ServiceVersion | None:
        return ServiceVersion.objects.filter(**self.here, version=self.version).first()

    def state(self) -> State | None:
        found = self.find()
        return version_state(found) if found else None


@dataclass(frozen=True)
class SetVersion(_OfVersion):
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
        expect_revision(self.subject, self.expected_revision)

    def apply(self, by: Authorship) -> ServiceVersion:
        before = self.state()
        version = self.find() or ServiceVersion(**self.here, version=self.version)
        for name, value in self._wanted().items():
            setattr(version, name, value)
        after = version_state(version)
        if before != after:
            version.save()
            tell(by, "version.set", self.subject, self.service, before=before, after=after)
        return version

    def describe(self) -> Description:
        sentence = f"Sets the version {self.version} of {self.service} in {self.environment}."
        return Description(sentence, self.state(), self._wanted())

    def _wanted(self) -> dict[str, Any]:
        labels = {"version": self.version} if self.labels is None else self.labels
        return {
            "labels": rules.check_labels(labels),
            "endpoints": rules.check_endpoints(
                [] if self.endpoints is None else self.endpoints, allowed_here().networks
            ),
        }


@dataclass(frozen=True)
class DeleteVersion(_OfVersion):
    """Forget a version. Refused while it is what everyone gets, or a route or rollout needs it."""

    service: str
    environment: str
    version: str
    expected_revision: int | None = None

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        get_version(service=self.service, environment=self.environment, version=self.version)
        remedy = "choose another version there first."
        check_no_dependents("version", key_of(self.subject), "version", remedy)

    def apply(self, by: Authorship) -> None:
        found = get_version(
            service=self.service, environment=self.environment, version=self.version
        )
        before = version_state(found)
        found.delete()
        tell(by, "version.deleted", self.subject, self.service, before=before, after=None)

    def describe(self) -> Description:
        sentence = f"Deletes the version {self.version} of {self.service} in {self.environment}."
        return Description(sentence, self.state(), None)
