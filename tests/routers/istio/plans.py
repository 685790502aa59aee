"""Plans for tests: a cart in two versions, with and without the feature's route."""

from __future__ import annotations

from routing.routers.base import Match, ServicePlan, VersionPlan

HOST = "cart.shop.test"
TO_V2 = Match("new-checkout", "on", "v2")


def cart(
    namespace: str = "shop", port: int = 8080, *matches: Match, host: str = HOST, gone: str = ""
) -> ServicePlan:
    """All to v1 but for the matches; `gone` is a version that is no longer deployed."""
    versions = [VersionPlan(v, {"version": v}) for v in ("v1", "v2") if v != gone]
    return ServicePlan(
        environment="production",
        service="cart",
        namespace=namespace,
        host=host,
        port=port,
        baseline="v1",
        versions=versions,
        matches=matches,
    )
