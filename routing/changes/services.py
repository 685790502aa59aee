"""Create, change and delete services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.reads import get_team
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.names import check_key
from governance.policy import EVERY, InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict
from routing.changes.consents import SetStandingConsent
from routing.changes.placements import DeletePlacement
from routing.changes.telling import tell
from routing.changes.versions import DeleteVersion
from routing.models import Service, StandingConsent
from routing.reads import get_service
from routing.states import service_state


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


@dataclass(frozen=True)
class SetService(Change[Service]):
    """Change a service's name, or give it to another team; None leaves a part as it is.

    Giving it away takes an owner of its team and an editor of the other. What the former team
    agreed to for single features goes with the service; its standing rules end.
    """

    service: str
    name: str | None = None
    owner: str | None = None
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        now = get_service(self.service).owner.key
        if self.owner in (None, now):
            return [InTeam(Role.EDITOR, now)]
        get_team(self.owner)
        return [InTeam(Role.OWNER, now, EVERY), InTeam(Role.EDITOR, self.owner, EVERY)]

    def check(self) -> None:
        expect_revision(f"service:{self.service}", self.expected_revision)

    def apply(self, by: Authorship) -> Service:
        found = get_service(self.service)
        before, owner = service_state(found), found.owner_id
        self._change(found)
        after = service_state(found)
        if owner != found.owner_id:
            self._end_standing_consents(by)
        if before != after:
            found.save()
            subject = f"service:{self.service}"
            tell(by, "service.changed", subject, self.service, before=before, after=after)
        return found

    def describe(self) -> Description:
        found = get_service(self.service)
        before = service_state(found)
        self._change(found)
        return Description(f"Changes the service {self.service}.", before, service_state(found))

    def _change(self, service: Service) -> None:
        if self.name is not None:
            service.name = self.name.strip() or service.key
        if self.owner is not None:
            service.owner = get_team(self.owner)

    def _end_standing_consents(self, by: Authorship) -> None:
        rules = StandingConsent.objects.filter(service__key=self.service)
        for team in rules.values_list("team__key", flat=True):
            SetStandingConsent(self.service, team, agreed=False).apply(by)


@dataclass(frozen=True)
class DeleteService(Change[None]):
    """Delete a service with its versions and placements, for good.

    Refused while it takes part in a feature, or has routes.
    """

    service: str
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.OWNER, get_service(self.service).owner.key, EVERY)]

    def check(self) -> None:
        expect_revision(f"service:{self.service}", self.expected_revision)
        check_no_dependents("service", self.service, "service", "end that first.")

    def apply(self, by: Authorship) -> None:
        found = get_service(self.service)
        before = service_state(found)
        for placement in found.placements.select_related("environment"):
            DeletePlacement(self.service, placement.environment.key).apply(by)
        for one in found.versions.select_related("environment"):
            DeleteVersion(self.service, one.environment.key, one.version).apply(by)
        found.delete()
        subject = f"service:{self.service}"
        tell(by, "service.deleted", subject, self.service, before=before, after=None)

    def describe(self) -> Description:
        before = service_state(get_service(self.service))
        return Description(f"Deletes the service {self.service} for good.", before, None)
