"""The team of a service agrees to its part in another team's feature, or takes that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.reads import get_team
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import expect_revision
from governance.policy import EVERY, InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict
from routing.changes.telling import tell
from routing.models import Participant, StandingConsent
from routing.reads import get_participant, get_service
from routing.reads.consent import agrees
from routing.states import participant_state
from routing.subjects import participant_subject


@dataclass(frozen=True)
class AgreeToParticipant(Change[Participant]):
    """The service's team agrees to its part in a feature, or takes that back.

    It holds for the team that owns the feature now. Taken back, what the mesh has stays, but no
    route is made, no rollout starts, and one under way exposes nobody further: it goes back.
    """

    feature: str
    service: str
    agreed: bool = True
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.EDITOR, get_service(self.service).owner.key, EVERY)]

    def check(self) -> None:
        subject = participant_subject(self.feature, self.service)
        expect_revision(subject, self.expected_revision)
        found = get_participant(self.feature, self.service)
        if not self.agreed and found.service.owner_id == found.feature.owner_id:
            raise Conflict(
                service=f"{self.service} and {self.feature} belong to the same team, which needs "
                "no agreement: remove the participant instead."
            )

    def apply(self, by: Authorship) -> Participant:
        found = get_participant(self.feature, self.service)
        before = participant_state(found)
        found.agree(agreed=self.agreed)
        after = participant_state(found)
        if before != after:
            found.save(update_fields=["agreed", "agreed_with"])
            action = "participant.agreed" if self.agreed else "participant.refused"
            subject = participant_subject(self.feature, self.service)
            tell(by, action, subject, self.service, before=before, after=after)
        return found

    def describe(self) -> Description:
        verb = "agrees to" if self.agreed else "does not agree to"
        found = get_participant(self.feature, self.service)
        before = participant_state(found)
        found.agree(agreed=self.agreed)
        sentence = f"{self.service} {verb} its part in {self.feature}."
        return Description(sentence, before, participant_state(found))


@dataclass(frozen=True)
class SetStandingConsent(Change[None]):
    """The service's team agrees to every feature of another team from now on, or no longer.

    What is proposed already is agreed to with it. Ended, what was agreed to stays so.
    """

    service: str
    team: str
    agreed: bool

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.OWNER, get_service(self.service).owner.key, EVERY)]

    def check(self) -> None:
        get_team(self.team, "team")

    def apply(self, by: Authorship) -> None:
        service, team = get_service(self.service), get_team(self.team, "team")
        before, after = {"agreed": self._now()}, {"agreed": self.agreed}
        if self.agreed:
            StandingConsent.objects.get_or_create(service=service, team=team)
        else:
            StandingConsent.objects.filter(service=service, team=team).delete()
        if before != after:
            subject = f"consent:{self.service}/{self.team}"
            tell(by, "consent.set", subject, self.service, before=before, after=after)
        if self.agreed:
            self._agree_to_proposed(by)

    def describe(self) -> Description:
        verb = "agrees to" if self.agreed else "no longer agrees to"
        sentence = f"{self.service} {verb} every feature of the team {self.team}."
        return Description(sentence, {"agreed": self._now()}, {"agreed": self.agreed})

    def _now(self) -> bool:
        rules = StandingConsent.objects.filter(service__key=self.service, team__key=self.team)
        return rules.exists()

    def _agree_to_proposed(self, by: Authorship) -> None:
        rows = Participant.objects.select_related("service", "feature")
        for row in rows.filter(service__key=self.service, feature__owner__key=self.team):
            if not agrees(row):
                AgreeToParticipant(row.feature.key, self.service).apply(by)
