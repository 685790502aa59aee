"""Create, rename and delete teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.changes.members import RemoveMember
from accounts.changes.telling import tell
from accounts.models import Team
from accounts.reads import get_team
from accounts.states import team_state
from accounts.titles import check_title
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.names import check_key
from governance.policy import EVERY, AnyOf, InTeam, OfInstallation, Permission
from governance.principals import Right, Role


@dataclass(frozen=True)
class CreateTeam(Change[Team]):
    """Create a team; one that is there already is returned as it is."""

    key: str
    name: str

    def permissions(self) -> Sequence[Permission]:
        return [OfInstallation(Right.PEOPLE)]

    def check(self) -> None:
        check_key(self.key)
        check_title(self.name)

    def apply(self, by: Authorship) -> Team:
        team, created = Team.objects.get_or_create(
            key=self.key, defaults={"name": self.name.strip() or self.key}
        )
        if created:
            tell(by, "team.created", f"team:{self.key}", before=None, after=team_state(team))
        return team

    def describe(self) -> Description:
        return Description(f"Creates the team {self.key}.", None, {"name": self.name})


@dataclass(frozen=True)
class SetTeam(Change[Team]):
    """Give a team another name. The same again changes nothing."""

    team: str
    name: str
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        get_team(self.team, "team")
        owner = InTeam(Role.OWNER, self.team, EVERY)
        return [AnyOf((owner, OfInstallation(Right.PEOPLE)))]

    def check(self) -> None:
        get_team(self.team, "team")
        check_title(self.name)
        expect_revision(f"team:{self.team}", self.expected_revision)

    def apply(self, by: Authorship) -> Team:
        team = get_team(self.team, "team")
        before = team_state(team)
        team.name = self.name.strip() or self.team
        if team_state(team) != before:
            team.save(update_fields=["name"])
            subject = f"team:{self.team}"
            tell(by, "team.set", subject, before=before, after=team_state(team))
        return team

    def describe(self) -> Description:
        before = team_state(get_team(self.team, "team"))
        return Description(f"Renames the team {self.team}.", before, {"name": self.name})


@dataclass(frozen=True)
class DeleteTeam(Change[None]):
    """Delete a team that owns nothing; its members lose their roles in it."""

    team: str
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        get_team(self.team, "team")
        return [OfInstallation(Right.PEOPLE)]

    def check(self) -> None:
        get_team(self.team, "team")
        expect_revision(f"team:{self.team}", self.expected_revision)
        remedy = "delete these, or give them to another team first."
        check_no_dependents("team", self.team, "team", remedy)

    def apply(self, by: Authorship) -> None:
        team = get_team(self.team, "team")
        before = team_state(team)
        for name in team.memberships.values_list("user__username", flat=True):
            RemoveMember(team=self.team, user=name).apply(by)
        team.delete()
        tell(by, "team.deleted", f"team:{self.team}", before=before, after=None)

    def describe(self) -> Description:
        before = team_state(get_team(self.team, "team"))
        return Description(f"Deletes the team {self.team}.", before, None)
