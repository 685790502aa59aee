"""Every endpoint of the management API with a call that succeeds, and who may make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.changes import CreateEnvironment
from governance.changes import Change
from toggles.changes import ArchiveFeature, SetSegment

WHY = {"reason": "a test"}
PLACE = {"feature": "new-checkout", "environment": "production"}
RULE = {
    "id": "share",
    "segments": [],
    "constraints": [],
    "percentage": 5,
    "stickiness": "default",
    "split": [{"variant": "on", "weight": 1}],
}
CONSTRAINT = {"field": "group", "operator": "IN", "values": ["beta"]}

LOOK = frozenset({"admin", "owner", "editor", "viewer"})
EDIT = frozenset({"admin", "owner", "editor"})
OWN = frozenset({"admin", "owner"})
ADMIN = frozenset({"admin"})


@dataclass(frozen=True)
class Endpoint:
    """`name` is the name in the URL conf; `rollout` says that one is under way, in that state."""

    name: str
    method: str
    path: str
    who: frozenset[str]
    body: dict[str, Any] | None = None
    rollout: str = ""
    first: Change[Any] | None = None  # performed before the call

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def _look(name: str, path: str, rollout: str = "") -> Endpoint:
    return Endpoint(name, "GET", path, LOOK, rollout=rollout)


def _edit(name: str, method: str, path: str, rollout: str = "", /, **body: Any) -> Endpoint:
    return Endpoint(name, method, path, EDIT, {**WHY, **body}, rollout)


def _own(name: str, method: str, path: str, /, **body: Any) -> Endpoint:
    return Endpoint(name, method, path, OWN, {**WHY, **body})


def _admin(name: str, method: str, path: str, /, **body: Any) -> Endpoint:
    return Endpoint(name, method, path, ADMIN, {**WHY, **body})


TOGGLE = "features/new-checkout/toggles/production"
CART = "services/cart/environments/production"
SPARE = "services/spare/environments/production"  # needed by nothing

ENDPOINTS = [
    _look("api-users", "users"),
    _admin("api-users", "POST", "users", username="nina", password="a long test password"),
    _look("api-user", "users/otto"),
    _admin("api-user", "PATCH", "users/otto", name="Otto"),
    _admin("api-user", "DELETE", "users/otto"),
    _admin("api-teams", "POST", "teams", key="search", name="Search"),
    _look("api-team", "teams/shop"),
    _own("api-team", "PATCH", "teams/shop", name="The shop"),
    _admin("api-team", "DELETE", "teams/other"),
    _look("api-members", "teams/shop/members"),
    _own("api-member", "PUT", "teams/shop/members/otto", role="viewer"),
    _own("api-member", "DELETE", "teams/shop/members/vera"),
    _admin("api-environments", "POST", "environments", key="canary"),
    _look("api-environment", "environments/staging"),
    _admin("api-environment", "PATCH", "environments/staging", name="Rehearsal"),
    Endpoint(
        "api-environment",
        "DELETE",
        "environments/preview",
        ADMIN,
        WHY,
        first=CreateEnvironment("preview"),
    ),
    Endpoint("api-me", "GET", "me", LOOK | {"outsider"}),
    _look("api-tokens", "tokens"),
    _own("api-tokens", "POST", "tokens", kind="service", name="cd", roles={"shop": "editor"}),
    _look("api-token", "tokens/{token}"),
    _own("api-revoke-token", "POST", "tokens/{token}/revoke"),
    _look("api-api-key", "api-keys/{selector}"),
    _admin("api-api-key", "PATCH", "api-keys/{selector}", name="renamed"),
    _look("api-environments", "environments"),
    _look("api-teams", "teams"),
    _look("api-api-keys", "api-keys"),
    Endpoint(
        "api-api-keys",
        "POST",
        "api-keys",
        ADMIN,
        {**WHY, "kind": "server", "environment": "staging", "name": "cart in staging"},
    ),
    Endpoint("api-rotate", "POST", "api-keys/{selector}/rotate", ADMIN, WHY),
    Endpoint("api-revoke", "POST", "api-keys/{selector}/revoke", ADMIN, WHY),
    _look("api-audit", "audit"),
    _look("api-audit-check", "audit/check"),
    _look("api-subject-revisions", "revisions?subject=segment:beta-users"),
    Endpoint(
        "api-revert",
        "POST",
        "revisions/revert",
        EDIT,
        {**WHY, "subject": "segment:beta-users", "revision": 1},
        first=SetSegment("beta-users", "Another name", []),
    ),
    _look("api-features", "features"),
    _edit("api-features", "POST", "features", key="dark-mode", name="Dark mode", owner="shop"),
    _look("api-feature", "features/new-checkout"),
    _edit("api-feature", "PATCH", "features/new-checkout", name="Newer", tags=["web"]),
    Endpoint(
        "api-feature",
        "DELETE",
        "features/new-checkout?reason=a+test",
        frozenset({"admin", "owner"}),
        first=ArchiveFeature("new-checkout"),
    ),
    _edit("api-archive", "POST", "features/new-checkout/archive"),
    Endpoint(
        "api-restore",
        "POST",
        "features/new-checkout/restore",
        EDIT,
        WHY,
        first=ArchiveFeature("new-checkout"),
    ),
    _edit(
        "api-variants",
        "PUT",
        "features/new-checkout/variants",
        variants={"off": {"value": "no"}, "on": {"value": "yes"}},
        off_variant="off",
    ),
    Endpoint(
        "api-explain",
        "POST",
        "features/new-checkout/explain",
        LOOK,
        {"environment": "production", "context": {"userId": "ada"}},
    ),
    _edit("api-switch", "POST", f"{TOGGLE}/switch", enabled=True),
    _edit("api-client-side", "PUT", "features/new-checkout/client-side", client_side=True),
    _look("api-toggle", TOGGLE),
    _edit("api-toggle", "PUT", TOGGLE, enabled=True, rules=[RULE], expected_revision=1),
    _look("api-revisions", f"{TOGGLE}/revisions"),
    _edit("api-go-back", "POST", f"{TOGGLE}/go-back", revision=1),
    _look("api-segments", "segments"),
    _edit(
        "api-segments",
        "POST",
        "segments",
        key="staff",
        name="Staff",
        owner="shop",
        constraints=[CONSTRAINT],
    ),
    _look("api-segment", "segments/beta-users"),
    _edit("api-segment", "PUT", "segments/beta-users", name="Beta", constraints=[CONSTRAINT]),
    Endpoint("api-segment", "DELETE", "segments/beta-users?reason=a+test", EDIT),
    _edit(
        "api-changes",
        "POST",
        "changes",
        changes=[{"change": "switch-toggle", **PLACE, "enabled": True}],
    ),
    _look("api-services", "services"),
    _edit("api-services", "POST", "services", key="search", name="Search", owner="shop"),
    _look("api-service", "services/cart"),
    _edit("api-service", "PATCH", "services/cart", name="The cart"),
    Endpoint("api-service", "DELETE", "services/spare", OWN, WHY),
    _look("api-consents", "services/cart/consents"),
    Endpoint("api-consent", "PUT", "services/cart/consents/shop", OWN, WHY),
    Endpoint("api-consent", "DELETE", "services/cart/consents/shop", OWN, WHY),
    _edit("api-version", "PUT", f"{CART}/versions/v3", endpoints=["127.0.0.1:9"]),
    _edit("api-version", "DELETE", f"{SPARE}/versions/v2"),
    _look("api-placement", f"{CART}/placement"),
    _edit("api-placement", "PUT", f"{CART}/placement", host="cart.shop", port=80, baseline="v1"),
    _edit("api-placement", "DELETE", f"{SPARE}/placement"),
    _look("api-mesh", "environments/development/mesh"),
    Endpoint(
        "api-mesh",
        "PUT",
        "environments/staging/mesh",
        ADMIN,
        {**WHY, "router": "envoy", "settings": {"directory": "/tmp/routes"}},
    ),
    Endpoint("api-mesh", "DELETE", "environments/development/mesh", ADMIN, WHY),
    _look("api-participants", "features/new-checkout/participants"),
    _edit(
        "api-participants",
        "POST",
        "features/new-checkout/participants",
        service="cart",
        part="consumes",
        position=1,
    ),
    _edit("api-participant", "PATCH", "features/new-checkout/participants/cart", position=4),
    _edit("api-participant", "DELETE", "features/new-checkout/participants/cart"),
    _edit("api-agreement", "PUT", "features/new-checkout/participants/cart/agreement", agreed=True),
    _look("api-routes", "features/new-checkout/routes"),
    _edit(
        "api-routes",
        "POST",
        "features/new-checkout/routes",
        environment="production",
        variant="on",
        service="cart",
        version="v2",
    ),
    _edit("api-route", "PUT", "features/new-checkout/routes/production/cart/on", version="v1"),
    _edit("api-route", "DELETE", "features/new-checkout/routes/production/cart/on"),
    _look("api-rollouts", "rollouts"),
    _edit("api-rollouts", "POST", "rollouts", **PLACE, steps=[{"percentage": 10}]),
    _look("api-rollout", "rollouts/{rollout}", "preparing"),
    _edit("api-pause", "POST", "rollouts/{rollout}/pause", "preparing"),
    _edit("api-resume", "POST", "rollouts/{rollout}/resume", "paused"),
    _edit("api-promote", "POST", "rollouts/{rollout}/promote", "baking"),
    _edit("api-abort", "POST", "rollouts/{rollout}/abort", "preparing"),
    _look("api-rollout-templates", "rollout-templates"),
    _look("api-rollout-template", "rollout-templates/careful"),
    _edit(
        "api-rollout-template",
        "PUT",
        "rollout-templates/careful",
        name="Careful",
        owner="shop",
        steps=[{"percentage": 1}],
    ),
    _edit("api-rollout-template", "DELETE", "rollout-templates/careful"),
    _edit(
        "api-declarations",
        "POST",
        "declarations",
        source="shop",
        dry_run=False,
        documents=[{"content": {"segment": "staff", "owner": "shop"}}],
    ),
]

# Open to everybody, with the reason.
OPEN = {
    "api-openapi": "the description of the API holds no data",
    "api-unknown": "an address that there is not tells everybody so, and nothing else",
}
