"""Create teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.changes.telling import tell
from accounts.models import Team
from accounts.states import team_state
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.names import check_key
from governance.policy import OfInstallation, Permission
from governance.principals import Right


@dataclass(frozen=True)
class CreateTeam(Change[Team]):
    """Create a team; one that is there already is returned as it is."""

    key: str
    name: str

    def permissions(self) -> Sequence[Permission]:
        return [OfInstallation(Right.PEOPLE)]

    def check(self) -> None:
        check_key(self.key)

    def apply(self, by: Authorship) -> Team:
        team, created = Team.objects.get_or_create(
            key=self.key, defaults={"name": self.name.strip() or self.key}
        )
        if created:
            tell(by, "team.created", f"team:{self.key}", before=None, after=team_state(team))
        return team

    def describe(self) -> Description:
        return Description(f"Creates the team {self.key}.", None, {"name": self.name})
