"""Where services stand in each environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from governance.authorship import Authorship
from governance.changes import Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.refusals import NotFound
from routing import rules
from routing.changes.here import OfServiceHere
from routing.changes.telling import tell
from routing.models import Placement, ServiceVersion
from routing.reads import get_version
from routing.states import State, placement_state
from routing.subjects import key_of, placement_subject


class _OfPlacement(OfServiceHere[Any]):
    @property
    def subject(self) -> str:
        return placement_subject(self.environment, self.service)

    def find(self) -> Placement | None:
        return Placement.objects.select_related("baseline").filter(**self.here).first()

    def get(self) -> Placement:
        found = self.find()
        if found is None:
            raise NotFound(placement=f"{self.service} is not placed in {self.environment}.")
        return found

    def state(self) -> State | None:
        found = self.find()
        return placement_state(found) if found else None


@dataclass(frozen=True)
class SetPlacement(_OfPlacement):
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
        expect_revision(self.subject, self.expected_revision)

    def apply(self, by: Authorship) -> Placement:
        before, placement = self.state(), self._changed()
        after = placement_state(placement)
        if before != after:
            placement.save()
            tell(by, "placement.set", self.subject, self.service, before=before, after=after)
        return placement

    def describe(self) -> Description:
        sentence = f"{self.service} stands at {self.host} in {self.environment}."
        return Description(sentence, self.state(), placement_state(self._changed()))

    def _changed(self) -> Placement:
        placement = self.find() or Placement(**self.here)
        placement.host, placement.port = self.host, self.port
        placement.namespace, placement.baseline = self.namespace, self._baseline()
        return placement

    def _baseline(self) -> ServiceVersion:
        here = {"service": self.service, "environment": self.environment}
        try:
            return get_version(**here, version=self.baseline)
        except NotFound as unknown:
            if "version" not in unknown.errors:
                raise
            raise NotFound(baseline=unknown.errors["version"]) from None


@dataclass(frozen=True)
class DeletePlacement(_OfPlacement):
    """ToggleMesh has no say any more over a service in an environment; refused while it has routes.

    The mesh keeps what it was given last, which sends everyone to the baseline.
    """

    service: str
    environment: str
    expected_revision: int | None = None

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        self.get()
        remedy = "end that first."
        check_no_dependents("placement", key_of(self.subject), "placement", remedy)

    def apply(self, by: Authorship) -> None:
        found = self.get()
        before = placement_state(found)
        found.delete()
        tell(by, "placement.deleted", self.subject, self.service, before=before, after=None)

    def describe(self) -> Description:
        sentence = f"{self.service} stands nowhere in {self.environment} any more."
        return Description(sentence, self.state(), None)
