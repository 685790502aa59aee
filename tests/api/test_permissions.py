"""Every endpoint meets everybody of the cast; who may follows from what its change asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.changes import CreateApiKey, CreateServiceToken
from accounts.models import AccessToken, ApiKey, User
from governance.changes import perform
from governance.policy import Looking
from rollouts import changes as rollouts
from rollouts.models import Rollout
from tests.api.asked import asked_by, in_vain
from tests.api.caller import Caller, everything
from tests.api.cast import Cast
from tests.api.conftest import STEPS
from tests.api.endpoints import ENDPOINTS, OPEN, Endpoint
from tests.routing.shop import BY, FEATURE, PRODUCTION

# Of the cast, those that tests/api/endpoints.py names by hand: said twice, so that neither the
# policy nor a change that asks for too little goes unseen.
PEOPLE = {"admin", "owner", "editor", "viewer", "outsider", "nobody"}
# They are POST for their bodies' sake.
ONLY_LOOKING = {"api-explain"}


@pytest.fixture
def path_of(shop: object) -> Any:
    """Fills a path: a key that can be revoked, a rollout in the state that the call needs."""

    def fill(endpoint: Endpoint) -> str:
        names: dict[str, object] = {}
        if endpoint.first:
            perform(BY, endpoint.first)
        if "{selector}" in endpoint.path:
            perform(BY, CreateApiKey(kind="server", environment="staging", name="one to revoke"))
            names["selector"] = ApiKey.objects.get().selector
        if endpoint.path == "rollout-templates/careful":
            steps = [{"percentage": 10}]
            perform(BY, rollouts.SetRolloutTemplate("careful", "Careful", "shop", steps))
        if "{token}" in endpoint.path:
            perform(BY, CreateServiceToken("to-revoke", {"shop": "viewer"}))
            names["token"] = AccessToken.objects.get(name="to-revoke").selector
        if endpoint.rollout:
            names["rollout"] = rollout_in(endpoint.rollout)
        return endpoint.path.format(**names)

    return fill


def rollout_in(state: str) -> object:
    found = perform(
        BY,
        rollouts.StartRollout(feature=FEATURE, environment=PRODUCTION, variant="on", steps=STEPS),
    )
    if state == "paused":
        perform(BY, rollouts.Pause(rollout=found.pk))
    if state == "baking":
        Rollout.objects.filter(pk=found.pk).update(state=state)
    return found.pk


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_endpoint__each_of_the_cast__gets_what_the_policy_says(
    endpoint: Endpoint, cast: Cast, path_of: Any
) -> None:
    path = path_of(endpoint)
    needed = asked_by(endpoint, path, cast["admin"])
    allowed = {name for name, one in cast.items() if one.may_all(needed)}
    assert allowed & PEOPLE == endpoint.who
    changes = endpoint.method != "GET" and endpoint.name not in ONLY_LOOKING
    assert not changes or [one for one in needed if not isinstance(one, Looking)]
    before = everything()
    for name in cast.keys() - allowed:
        status, answer = cast[name].caller().call(endpoint.method, path, endpoint.body)
        assert status == (403 if cast[name].principal() else 401), (name, answer)
        assert all(answer["errors"].values())
    assert everything() == before
    for name in allowed:
        status, answer = in_vain(cast[name].caller(), endpoint, path)
        assert status in (200, 201, 204), (name, answer)


def test_endpoints__the_url_conf__each_has_a_permission_test() -> None:
    declared = {
        (pattern.name, method)
        for pattern in _patterns(get_resolver())
        if (pattern.name or "").startswith("api-") and pattern.name not in OPEN
        for method in _methods(pattern)
    }
    assert declared == {(endpoint.name, endpoint.method) for endpoint in ENDPOINTS}


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry


def _methods(pattern: URLPattern) -> set[str]:
    view = pattern.callback.cls  # type: ignore[attr-defined]  # set by REST framework's as_view
    return {m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)}


def test_addresses__below_the_api__are_named_as_such() -> None:
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and str(entry.pattern) == "api/v1/":
            names = [pattern.name or "" for pattern in _patterns(entry)]
            assert names
            assert all(name.startswith("api-") for name in names)
            return
    raise AssertionError("there is no api/v1/")


def test_change__no_csrf_token__refused(owner: User, shop: object) -> None:
    caller = Caller(owner)
    caller.client.handler.enforce_csrf_checks = True
    before = everything()
    status, answer = caller.put("segments/beta-users", {"reason": "x", "name": "B"})
    assert (status, everything()) == (403, before)
    assert "CSRF" in answer["errors"]["request"]
