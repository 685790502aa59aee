"""Give services parts in features. A service of another team takes part once its team agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.reads import get_team
from governance import policy
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.policy import EVERY, InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict, Invalid, NotFound
from routing import rules
from routing.changes.telling import tell
from routing.models import Participant, StandingConsent
from routing.reads import get_service
from routing.reads.consent import agrees_to_all
from routing.states import participant_state
from toggles.reads import get_active_feature, get_feature


@dataclass(frozen=True)
class AddParticipant(Change[Participant]):
    """Give a service a part in a feature; routes go up in the order of positions.

    It is only proposed while the service's team has agreed neither to this feature nor, by a
    standing rule, to all of the feature's team. The same again changes nothing.
    """

    feature: str
    service: str
    part: str
    position: int

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.EDITOR, get_feature(self.feature).owner.key, EVERY)]

    def check(self) -> None:
        if self.part not in Participant.Part.values:
            known = " or ".join(Participant.Part.values)
            raise Invalid(part=f"{self.part!r} is no part; choose {known}.")
        rules.check_position(self.position)
        get_active_feature(self.feature)
        get_service(self.service)
        found = _find(self.feature, self.service)
        if found and (found.part, found.position) != (self.part, self.position):
            raise Conflict(
                service=f"{self.service} has a part in {self.feature} already: it {found.part} at "
                f"position {found.position}."
            )

    def apply(self, by: Authorship) -> Participant:
        found = _find(self.feature, self.service)
        if found is not None:
            return found
        feature, service = get_feature(self.feature), get_service(self.service)
        made = Participant.objects.create(
            feature=feature,
            service=service,
            part=self.part,
            position=self.position,
            agreed=agrees_to_all(service, feature) or _may_agree(by, service.owner.key),
        )
        _tell(by, "participant.added" if made.agreed else "participant.proposed", made, None)
        return made

    def describe(self) -> Description:
        return Description(f"{self.service} {self.part} {self.feature}.")


@dataclass(frozen=True)
class AgreeToParticipant(Change[Participant]):
    """The service's team agrees to its part in a feature, or takes that back."""

    feature: str
    service: str
    agreed: bool = True

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.EDITOR, get_service(self.service).owner.key, EVERY)]

    def check(self) -> None:
        _get(self.feature, self.service)

    def apply(self, by: Authorship) -> Participant:
        found = _get(self.feature, self.service)
        before = participant_state(found)
        if found.agreed != self.agreed:
            found.agreed = self.agreed
            found.save(update_fields=["agreed"])
            _tell(by, "participant.agreed" if self.agreed else "participant.refused", found, before)
        return found

    def describe(self) -> Description:
        verb = "agrees to" if self.agreed else "does not agree to"
        return Description(f"{self.service} {verb} its part in {self.feature}.")


@dataclass(frozen=True)
class SetStandingConsent(Change[None]):
    """The service's team agrees to every feature of another team from now on, or no longer."""

    service: str
    team: str
    agreed: bool

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.OWNER, get_service(self.service).owner.key, EVERY)]

    def check(self) -> None:
        get_team(self.team, "team")

    def apply(self, by: Authorship) -> None:
        service, team = get_service(self.service), get_team(self.team, "team")
        there = StandingConsent.objects.filter(service=service, team=team)
        before = {"agreed": there.exists()}
        if self.agreed:
            StandingConsent.objects.get_or_create(service=service, team=team)
        else:
            there.delete()
        after = {"agreed": self.agreed}
        if before != after:
            subject = f"consent:{self.service}/{self.team}"
            tell(by, "consent.set", subject, self.service, before=before, after=after)

    def describe(self) -> Description:
        verb = "agrees to" if self.agreed else "no longer agrees to"
        return Description(f"{self.service} {verb} every feature of the team {self.team}.")


def _find(feature: str, service: str) -> Participant | None:
    rows = Participant.objects.select_related("service__owner", "feature")
    return rows.filter(feature__key=feature, service__key=service).first()


def _get(feature: str, service: str) -> Participant:
    get_feature(feature)
    get_service(service)
    found = _find(feature, service)
    if found is None:
        raise NotFound(service=f"{service} has no part in {feature}.")
    return found


def _may_agree(by: Authorship, owner: str) -> bool:
    return policy.may(by.principal, InTeam(Role.EDITOR, owner, EVERY))


def _tell(by: Authorship, action: str, row: Participant, before: object) -> None:
    subject = f"participant:{row.feature.key}/{row.service.key}"
    tell(by, action, subject, row.service.key, before=before, after=participant_state(row))
