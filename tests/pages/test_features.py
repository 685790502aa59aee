"""The list of features and the page of one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from governance.changes import perform
from rollouts.models import Rollout
from tests.conditions import eventually
from tests.routing.shop import BY, FEATURE
from toggles.changes import CreateFeature


def test_features__search__finds_by_word_and_answers_htmx_with_the_list_alone(
    shop: object, as_viewer: Client
) -> None:
    perform(
        BY,
        CreateFeature(key="dark-mode", name="Dark mode", owner="shop", description="for the night"),
    )
    html = as_viewer.get("/?q=night", headers={"HX-Request": "true"}).content.decode()
    assert "Dark mode" in html
    assert "New checkout" not in html
    assert "<html" not in html


def test_features__nothing_found__says_so(shop: object, as_viewer: Client) -> None:
    html = as_viewer.get("/", {"q": "<b>nope</b>"}).content.decode()
    assert "No feature matches “&lt;b&gt;nope&lt;/b&gt;”" in html


def test_features__none_yet__says_how_to_begin(team: object, as_viewer: Client) -> None:
    assert "No features yet" in as_viewer.get("/").content.decode()


def test_features__rollout_under_way__stands_above_the_list(
    rollout: Rollout, as_viewer: Client
) -> None:
    html = as_viewer.get("/").content.decode()
    assert f'href="/rollouts/{rollout.pk}/"' in html
    assert "Preparing routes" in html


def test_features__twenty_more__no_more_queries(
    shop: object, as_viewer: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        perform(BY, CreateFeature(key=f"feature-{number}", name=f"Feature {number}", owner="shop"))
    with django_assert_max_num_queries(8):
        assert "Feature 19" in as_viewer.get("/").content.decode()


def test_feature__viewer__reads_all_and_is_offered_no_change(
    shop: object, as_viewer: Client
) -> None:
    html = as_viewer.get(f"/features/{FEATURE}/").content.decode()
    for told in ("Production", "Payments", "new-checkout=on", "At rest", "feature.created"):
        assert told in html
    assert "Start a rollout" not in html
    assert "You can look, but not change." in html


def test_endpoints__mesh_knows_them__told_by_version_and_never_waited_for(
    shop: object, mesh: Any, as_viewer: Client
) -> None:
    mesh.change(not_ready=["cart v2"])

    def shown() -> list[str]:
        html = as_viewer.get("/services/cart/production/endpoints").content.decode()
        return re.findall(r"not known|not ready|ready(?=</span>)", html)

    assert shown() == ["not known"] * 2
    eventually(lambda: shown() == ["ready", "not ready"])


@pytest.mark.parametrize("environment", ["staging", "nowhere"])
def test_endpoints__not_placed_there__says_so(
    environment: str, shop: object, as_viewer: Client
) -> None:
    html = as_viewer.get(f"/services/cart/{environment}/endpoints").content.decode()
    assert "not placed" in html
