"""The shop of the tests: web → cart → payments, v1 and v2 of each, one feature over all three."""

from __future__ import annotations

from accounts.actions import create_team, ensure_environments
from governance.authorship import Authorship
from routing import actions
from toggles.actions import create_feature, set_segment

BY = Authorship("ada", "because")
FEATURE = "new-checkout"
PRODUCTION = "production"
SERVICES = ("payments", "cart", "web")  # provider first


def open_shop() -> None:
    """Team, environments, segment and feature, and services with routes in production."""
    ensure_environments()
    create_team(BY, key="shop", name="Shop")
    create_feature(BY, key=FEATURE, name="New checkout", owner="shop")
    beta = [{"field": "group", "operator": "IN", "values": ["beta"]}]
    set_segment(BY, key="beta-users", name="Beta users", constraints=beta)
    for position, service in enumerate(SERVICES):
        place_service(service)
        part = "provides" if position == 0 else "consumes"
        actions.add_participant(BY, feature=FEATURE, service=service, part=part, position=position)
        actions.create_route(
            BY,
            feature=FEATURE,
            variant="on",
            service=service,
            version="v2",
            environment=PRODUCTION,
        )


def place_service(service: str, port: int = 8080) -> None:
    """A service in production with v1 and v2; v1 is the baseline."""
    actions.create_service(BY, key=service, name=service.title(), owner="shop")
    for version in ("v1", "v2"):
        actions.set_version(
            BY,
            service=service,
            environment=PRODUCTION,
            version=version,
            endpoints=[f"127.0.0.1:{port}"],
        )
    actions.set_placement(
        BY,
        service=service,
        environment=PRODUCTION,
        host=f"{service}.shop.svc.cluster.local",
        port=port,
        namespace="shop",
        baseline="v1",
    )
