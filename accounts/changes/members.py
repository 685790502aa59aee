"""Give people roles in teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.changes.telling import tell
from accounts.models import Membership, Role, Team, User
from accounts.reads import get_team
from accounts.states import member_state
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.policy import AnyOf, InTeam, OfInstallation, Permission
from governance.principals import Right
from governance.principals import Role as PolicyRole
from governance.refusals import Invalid, NotFound


@dataclass(frozen=True)
class SetMember(Change[Membership]):
    """Give a person a role in a team; the same again changes nothing."""

    team: str
    user: str
    role: str

    def permissions(self) -> Sequence[Permission]:
        get_team(self.team, "team")
        owner = InTeam(PolicyRole.OWNER, self.team)
        return [AnyOf((owner, OfInstallation(Right.PEOPLE)))]

    def check(self) -> None:
        if self.role not in Role.values:
            known = ", ".join(Role.values)
            raise Invalid(role=f"{self.role!r} is no role; choose one of {known}.")
        self._user()

    def apply(self, by: Authorship) -> Membership:
        team, user = get_team(self.team, "team"), self._user()
        before = self._now(team, user)
        member, _ = Membership.objects.update_or_create(
            team=team, user=user, defaults={"role": self.role}
        )
        after = member_state(member)
        if before != after:
            subject = f"member:{self.team}/{self.user}"
            tell(by, "member.set", subject, before=before, after=after)
        return member

    def describe(self) -> Description:
        sentence = f"{self.user} becomes {self.role} of the team {self.team}."
        team = get_team(self.team, "team")
        return Description(sentence, self._now(team, self._user()), {"role": self.role})

    def _user(self) -> User:
        found = User.objects.filter(username=self.user).first()
        if found is None:
            raise NotFound(user=f"There is no user {self.user!r}.")
        return found

    @staticmethod
    def _now(team: Team, user: User) -> object:
        member = Membership.objects.filter(team=team, user=user).first()
        return member_state(member) if member else None
