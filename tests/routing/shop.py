"""The shop of the tests: web → cart → payments, v1 and v2 of each, one feature over all three."""

from __future__ import annotations

from accounts.changes import CreateTeam, ensure_environments
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from routing import changes
from toggles.changes import CreateFeature, SetSegment

BY = Authorship(system("ada"), "because")
FEATURE = "new-checkout"
PRODUCTION = "production"
SERVICES = ("payments", "cart", "web")  # provider first


def open_shop() -> None:
    """Team, environments, segment and feature, and services with routes in production."""
    ensure_environments()
    perform(BY, CreateTeam(key="shop", name="Shop"))
    perform(BY, CreateFeature(key=FEATURE, name="New checkout", owner="shop"))
    beta = [{"field": "group", "operator": "IN", "values": ["beta"]}]
    perform(BY, SetSegment("beta-users", "Beta users", beta, owner="shop"))
    for position, service in enumerate(SERVICES):
        place_service(service)
        part = "provides" if position == 0 else "consumes"
        perform(
            BY,
            changes.AddParticipant(feature=FEATURE, service=service, part=part, position=position),
        )
        perform(
            BY,
            changes.CreateRoute(
                feature=FEATURE,
                variant="on",
                service=service,
                version="v2",
                environment=PRODUCTION,
            ),
        )


def place_service(service: str, port: int = 8080) -> None:
    """A service in production with v1 and v2; v1 is the baseline."""
    perform(BY, changes.CreateService(key=service, name=service.title(), owner="shop"))
    for version in ("v1", "v2"):
        perform(
            BY,
            changes.SetVersion(
                service=service,
                environment=PRODUCTION,
                version=version,
                endpoints=[f"127.0.0.1:{port}"],
            ),
        )
    perform(
        BY,
        changes.SetPlacement(
            service=service,
            environment=PRODUCTION,
            host=f"{service}.shop.svc.cluster.local",
            port=port,
            namespace="shop",
            baseline="v1",
        ),
    )
