"""Change the shop for a person: the fault is written to the audit log like any other change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accounts.reads import get_team
from demo.faults import FAULTY, is_failing, set_failing
from demo.seed import TEAM
from governance.actions import record
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.policy import InTeam, Permission
from governance.principals import Role


@dataclass(frozen=True)
class SetFault(Change[None]):
    """Make cart v2 fail, or heal it. Safe to repeat."""

    shop: Path
    failing: bool

    def permissions(self) -> Sequence[Permission]:
        get_team(TEAM)
        return [InTeam(Role.EDITOR, TEAM)]

    def apply(self, by: Authorship) -> None:
        states = {"before": is_failing(self.shop), "after": self.failing}
        record(by, "demo.fault-set", f"instance:{FAULTY}", states)
        set_failing(self.shop, self.failing)

    def describe(self) -> Description:
        verb = "Makes cart v2 fail." if self.failing else "Heals cart v2."
        return Description(verb, is_failing(self.shop), self.failing)
