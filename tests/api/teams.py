"""Two teams: the shop's feature `new-checkout`, and the service `fraud` of the team `risk`."""

from __future__ import annotations

from accounts.changes import CreateTeam
from accounts.models import Membership, Role, Team, User
from governance.changes import perform
from routing.changes import CreateService, SetPlacement, SetVersion
from tests.api.caller import Caller
from tests.routing.shop import BY, PRODUCTION


def open_risk() -> Team:
    """The team, and its service in production with v1 for everyone, and v2."""
    team: Team = perform(BY, CreateTeam(key="risk", name="Risk"))
    perform(BY, CreateService(key="fraud", name="Fraud", owner="risk"))
    for version in ("v1", "v2"):
        endpoints = ["127.0.0.1:9001"]
        perform(BY, SetVersion("fraud", PRODUCTION, version, endpoints=endpoints))
    perform(BY, SetPlacement("fraud", PRODUCTION, "fraud.risk", 80, "risk", baseline="v1"))
    return team


def member(name: str, team: Team, role: Role) -> Caller:
    """Who calls the API as a member of the team."""
    user, _ = User.objects.get_or_create(username=name)
    Membership.objects.create(team=team, user=user, role=role)
    return Caller(user)
