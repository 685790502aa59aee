"""Give services parts in features, change them, take them away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from governance import policy
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.policy import EVERY, InTeam, Permission
from governance.principals import Role
from governance.refusals import Conflict, Invalid
from routing import rules
from routing.changes.telling import tell
from routing.models import Participant
from routing.reads import find_participant, get_participant, get_service
from routing.reads.consent import agrees, agrees_to_all
from routing.states import participant_state
from routing.subjects import key_of, participant_subject
from toggles.reads import get_active_feature, get_feature


class _OfParticipant(Change[Any]):
    """It is the feature's team that gives services their parts."""

    feature: str
    service: str

    def permissions(self) -> Sequence[Permission]:
        return [InTeam(Role.EDITOR, get_feature(self.feature).owner.key, EVERY)]

    @property
    def subject(self) -> str:
        return participant_subject(self.feature, self.service)

    def tell(self, by: Authorship, action: str, *, before: Any, after: Any) -> None:
        tell(by, action, self.subject, self.service, before=before, after=after)


@dataclass(frozen=True)
class AddParticipant(_OfParticipant):
    """Give a service a part in a feature; routes go up in the order of positions.

    It is only proposed while the service's team has agreed neither to this feature nor, by a
    standing rule, to all of the feature's team. Who may agree for that team agrees by proposing.
    The same again changes nothing.
    """

    feature: str
    service: str
    part: str
    position: int

    def check(self) -> None:
        _check_part(self.part)
        rules.check_position(self.position)
        get_active_feature(self.feature)
        get_service(self.service)
        found = find_participant(self.feature, self.service)
        if found and (found.part, found.position) != (self.part, self.position):
            raise Conflict(
                service=f"{self.service} has a part in {self.feature} already: it {found.part} at "
                f"position {found.position}."
            )

    def apply(self, by: Authorship) -> Participant:
        found = find_participant(self.feature, self.service)
        if found is not None:
            return found
        made = Participant(
            feature=get_feature(self.feature),
            service=get_service(self.service),
            part=self.part,
            position=self.position,
        )
        made.agree(agreed=_agrees_at_once(by, made))
        made.save()
        action = "participant.added" if made.agreed else "participant.proposed"
        self.tell(by, action, before=None, after=participant_state(made))
        return made

    def describe(self) -> Description:
        after = {"part": self.part, "position": self.position}
        return Description(f"{self.service} {self.part} {self.feature}.", None, after)


@dataclass(frozen=True)
class SetParticipant(_OfParticipant):
    """Change a service's part in a feature, or its position; None leaves either as it is.

    Another part is agreed to anew.
    """

    feature: str
    service: str
    part: str | None = None
    position: int | None = None
    expected_revision: int | None = None

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        if self.part is not None:
            _check_part(self.part)
        if self.position is not None:
            rules.check_position(self.position)
        get_participant(self.feature, self.service)

    def apply(self, by: Authorship) -> Participant:
        found = get_participant(self.feature, self.service)
        before = participant_state(found)
        if self.part not in (None, found.part) and agrees(found):
            found.agree(agreed=_agrees_at_once(by, found))
        self._change(found)
        after = participant_state(found)
        if before != after:
            found.save()
            self.tell(by, "participant.changed", before=before, after=after)
        return found

    def describe(self) -> Description:
        found = get_participant(self.feature, self.service)
        before = participant_state(found)
        self._change(found)
        sentence = f"Changes the part of {self.service} in {self.feature}."
        return Description(sentence, before, participant_state(found))

    def _change(self, participant: Participant) -> None:
        if self.part is not None:
            participant.part = self.part
        if self.position is not None:
            participant.position = self.position


@dataclass(frozen=True)
class RemoveParticipant(_OfParticipant):
    """Take a service's part in a feature away. Refused while the mesh shall have routes of it."""

    feature: str
    service: str
    expected_revision: int | None = None

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        get_participant(self.feature, self.service)
        remedy = "end that first."
        check_no_dependents("participant", key_of(self.subject), "service", remedy)

    def apply(self, by: Authorship) -> None:
        found = get_participant(self.feature, self.service)
        before = participant_state(found)
        found.delete()
        self.tell(by, "participant.removed", before=before, after=None)

    def describe(self) -> Description:
        before = participant_state(get_participant(self.feature, self.service))
        return Description(f"{self.service} takes no part in {self.feature}.", before, None)


def _check_part(part: str) -> None:
    if part not in Participant.Part.values:
        known = " or ".join(Participant.Part.values)
        raise Invalid(part=f"{part!r} is no part; choose {known}.")


def _agrees_at_once(by: Authorship, participant: Participant) -> bool:
    service = participant.service
    return agrees_to_all(service, participant.feature) or policy.may(
        by.principal, InTeam(Role.EDITOR, service.owner.key, EVERY)
    )
