"""Environments come with every toggle in them, off, and go once nothing is on."""

from __future__ import annotations

import pytest

from accounts.changes import (
    CreateApiKey,
    CreateEnvironment,
    DeleteEnvironment,
    DeleteTeam,
    RevokeApiKey,
    SetApiKey,
    SetEnvironment,
)
from accounts.keys import parse
from accounts.models import ApiKey, Environment, Team
from governance.changes import perform
from governance.refusals import Conflict, Invalid, NotFound
from governance.reverting import Revert
from rollouts import changes as rollouts
from rollouts.models import Rollout
from routing.changes import SetVersion
from routing.models import ServiceVersion
from tests.routing.shop import BY, open_shop
from togglemesh.engine import Exposure
from toggles.changes import ArchiveFeature, CreateFeature, SetExposure
from toggles.models import Toggle
from toggles.reads import snapshot


def test_create_environment__features_are_there__each_is_off_in_it(
    team: Team, environments: dict[str, Environment]
) -> None:
    perform(BY, CreateFeature("new-cart", "New cart", "shop"))
    perform(BY, CreateFeature("old-cart", "Old cart", "shop"))
    perform(BY, ArchiveFeature("old-cart"))
    made = perform(BY, CreateEnvironment("canary", "Canary"))
    assert made.position == 3
    assert {one.current.enabled for one in Toggle.objects.filter(environment=made)} == {False}
    assert list(snapshot("canary")["features"]) == ["new-cart"]


def test_create_environment__key_is_taken_or_bad__refused(
    environments: dict[str, Environment],
) -> None:
    with pytest.raises(Conflict):
        perform(BY, CreateEnvironment("staging"))
    with pytest.raises(Invalid):
        perform(BY, CreateEnvironment("Staging!"))


def test_delete_environment__something_is_on_or_live__refused_naming_it(
    team: Team, environments: dict[str, Environment]
) -> None:
    perform(BY, CreateFeature("new-cart", "New cart", "shop"))
    perform(BY, SetExposure("new-cart", "staging", Exposure(enabled=True)))
    text = perform(BY, CreateApiKey("server", "staging", "cart"))
    with pytest.raises(Conflict) as refused:
        perform(BY, DeleteEnvironment("staging"))
    assert "the feature new-cart" in str(refused.value)
    assert "the API key" in str(refused.value)
    perform(BY, SetExposure("new-cart", "staging", Exposure(enabled=False)))
    perform(BY, RevokeApiKey((parse(text) or ("", ""))[0]))
    perform(BY, DeleteEnvironment("staging"))
    assert not Environment.objects.filter(key="staging").exists()
    assert not Toggle.objects.filter(environment__key="staging").exists()
    assert Toggle.objects.filter(feature__key="new-cart").count() == 2


def test_delete_environment__rollouts_have_ended_there__gone_with_them(
    team: Team, environments: dict[str, Environment]
) -> None:
    perform(BY, CreateFeature("new-cart", "New cart", "shop"))
    start = rollouts.StartRollout(
        feature="new-cart", environment="staging", variant="on", steps=[{"percentage": 10}]
    )
    made = perform(BY, start)
    with pytest.raises(Conflict) as refused:
        perform(BY, DeleteEnvironment("staging"))
    assert "the rollout" in str(refused.value)
    Rollout.objects.filter(pk=made.pk).update(state="aborted")
    perform(BY, DeleteEnvironment("staging"))
    assert not Rollout.objects.exists()


def test_set_environment__some_fields__the_rest_stays_and_can_be_undone(
    environments: dict[str, Environment],
) -> None:
    perform(BY, SetEnvironment("staging", name="Rehearsal"))
    perform(BY, SetEnvironment("staging", production=True, expected_revision=1))
    with pytest.raises(Conflict):
        perform(BY, SetEnvironment("staging", position=9, expected_revision=1))
    perform(BY, Revert("environment:staging", 1))
    found = Environment.objects.get(key="staging")
    assert (found.name, found.production, found.position) == ("Rehearsal", False, 1)
    with pytest.raises(NotFound):
        perform(BY, SetEnvironment("nowhere", name="x"))


def test_set_api_key__origins__changed_and_can_be_undone(
    environments: dict[str, Environment],
) -> None:
    perform(BY, CreateApiKey("client", "staging", "web", origins=["https://shop.example"]))
    selector = ApiKey.objects.get().selector
    perform(BY, SetApiKey(selector, origins=["https://other.example"]))
    assert ApiKey.objects.get().origins == ["https://other.example"]
    with pytest.raises(Invalid):
        perform(BY, SetApiKey(selector, origins=["not an origin"]))
    perform(BY, Revert(f"api-key:{selector}", 1))
    assert ApiKey.objects.get().origins == ["https://shop.example"]


def test_delete_environment_and_team__services_stand_there__refused_naming_them(db: None) -> None:
    open_shop()
    with pytest.raises(Conflict) as refused:
        perform(BY, DeleteEnvironment("production"))
    assert "the placement of cart" in str(refused.value)
    with pytest.raises(Conflict) as refused:
        perform(BY, DeleteTeam("shop"))
    assert "the service cart" in str(refused.value)


def test_delete_environment__versions_are_left_there__gone_with_it(db: None) -> None:
    open_shop()
    perform(BY, SetVersion(service="cart", environment="staging", version="v1"))
    perform(BY, DeleteEnvironment("staging"))
    assert not ServiceVersion.objects.filter(environment__key="staging").exists()
