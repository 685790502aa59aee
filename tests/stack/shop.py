"""A customer of the running shop, and an operator who moves its feature."""

from __future__ import annotations

import http.client
import json
from typing import Any

from tests.stack.conftest import Stack

EXPOSE = """
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from routing.changes import SetRouteWanted
from routing.plans import plan_service
from routing.reads import router_for
from togglemesh.engine import Exposure
from toggles.changes import SetExposure
by = Authorship(system("tests"), "a test of the running shop")
router = router_for("production")
for service in ("payments", "cart", "web"):
    perform(by, SetRouteWanted(feature="new-checkout", environment="production",
                               service=service, variant="on", wanted=True))
    router.set_routes(plan_service(service=service, environment="production"))
rule = {{"id": "share", "segments": [], "constraints": [], "percentage": {percentage},
        "stickiness": "default", "split": [{{"variant": "on", "weight": 1}}]}}
perform(by, SetExposure("new-checkout", "production", Exposure.of(enabled=True, rules=[rule])))
"""


def expose(stack: Stack, percentage: int) -> None:
    """Routes first, then the toggle, as a rollout does it."""
    stack.run(EXPOSE.format(percentage=percentage))


def visit(stack: Stack, user: str, **headers: str) -> tuple[int, list[dict[str, Any]]]:
    """One request to the shop's entry: its status, and what each hop saw, first hop first."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.ports["SHOP_"], timeout=10)
    try:
        connection.request("GET", "/", headers={"x-user-id": user, **headers})
        answer = connection.getresponse()
        hop, hops = json.loads(answer.read()), []
    finally:
        connection.close()
    while hop:
        hops.append(hop)
        hop = hop.get("next")
    return answer.status, hops


def versions(stack: Stack, user: str) -> list[str]:
    """The versions that a customer meets; the request and its decisions have to be sound."""
    status, hops = visit(stack, user)
    assert status == 200, hops
    assert [hop["service"] for hop in hops] == ["web", "cart", "payments"]
    for hop in hops:
        assert (hop["version"] == "v2") == (hop["variant"] == "on"), hops
    return [hop["version"] for hop in hops]
