"""Every endpoint meets owner, editor, viewer, outsider and nobody; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.changes import CreateApiKey
from accounts.models import ApiKey, User
from governance.changes import perform
from rollouts import changes as rollouts
from rollouts.models import Rollout
from tests.api.caller import Caller, everything
from tests.api.conftest import STEPS
from tests.api.endpoints import ENDPOINTS, OPEN, Endpoint
from tests.routing.shop import BY, FEATURE, PRODUCTION

MEMBERS = ("owner", "editor", "viewer")
ALLOWED = [(endpoint, person) for endpoint in ENDPOINTS for person in sorted(endpoint.who)]


@pytest.fixture
def people(
    administrator: User, owner: User, editor: User, viewer: User, outsider: User
) -> dict[str, User | None]:
    named = {"owner": owner, "editor": editor, "viewer": viewer, "outsider": outsider}
    return {**named, "admin": administrator, "nobody": None}


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
        if endpoint.rollout:
            names["rollout"] = _rollout_in(endpoint.rollout)
        return endpoint.path.format(**names)

    return fill


def _rollout_in(state: str) -> object:
    found = perform(
        BY,
        rollouts.StartRollout(feature=FEATURE, environment=PRODUCTION, variant="on", steps=STEPS),
    )
    if state == "paused":
        perform(BY, rollouts.Pause(rollout=found.pk))
    if state == "baking":
        Rollout.objects.filter(pk=found.pk).update(state=state)
    return found.pk


@pytest.mark.parametrize(("endpoint", "person"), ALLOWED, ids=str)
def test_endpoint__somebody_who_may__succeeds(
    endpoint: Endpoint, person: str, people: dict[str, User], path_of: Any
) -> None:
    path = path_of(endpoint)
    status, answer = Caller(people[person]).call(endpoint.method, path, endpoint.body)
    assert status in (200, 201, 204), answer


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_endpoint__people_who_may_not__refused_in_words_and_nothing_changed(
    endpoint: Endpoint, people: dict[str, User | None], path_of: Any
) -> None:
    path, before = path_of(endpoint), everything()
    for person in set(people) - endpoint.who:
        status, answer = Caller(people[person]).call(endpoint.method, path, endpoint.body)
        assert status == (401 if person == "nobody" else 403), (person, answer)
        assert all(answer["errors"].values())
    assert everything() == before


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
