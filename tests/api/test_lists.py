"""Lists: pages by a cursor, filters, a search."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Environment, Team
from governance.changes import perform
from tests.api.caller import Caller
from tests.routing.shop import BY
from toggles import changes
from toggles.models import Feature, Toggle


@pytest.fixture
def features(environments: dict[str, Environment], team: Team) -> list[str]:
    keys = [f"feature-{number}" for number in range(5)]
    for key in keys:
        perform(BY, changes.CreateFeature(key=key, name=key.title(), owner="shop", tags=[key[-1]]))
    return keys


def keys_of(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["key"] for row in page["items"]]


def test_list__limit__pages_end_with_null_and_miss_nothing(
    features: list[str], as_viewer: Caller
) -> None:
    first = as_viewer.get("features?limit=2")[1]
    assert keys_of(first) == features[:2]
    second = as_viewer.get(f"features?limit=3&cursor={first['next']}")[1]
    assert (keys_of(second), second["next"]) == (features[2:], None)


def test_list__rows_come_and_go_between_pages__none_is_told_twice_or_left_out(
    features: list[str], as_viewer: Caller
) -> None:
    cursor = as_viewer.get("features?limit=2")[1]["next"]
    perform(BY, changes.CreateFeature(key="a-first-one", name="", owner="shop"))
    Toggle.objects.filter(feature__key="feature-1").update(current=None)
    Feature.objects.get(key="feature-1").delete()
    assert keys_of(as_viewer.get(f"features?cursor={cursor}")[1]) == features[2:]


def test_list__order_by_several_fields__each_page_goes_on_where_the_last_ended(
    environments: object, as_viewer: Caller
) -> None:
    Environment.objects.update(position=1)
    found = [row["key"] for row in as_viewer.items("environments?limit=1")]
    assert found == ["development", "production", "staging"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=two", "limit"),
        ("cursor=abc", "cursor"),
        ("ownr=shop", "ownr"),
        ("lifecycle=gone", "lifecycle"),
        ("client_side=1", "client_side"),
    ],
)
def test_list__parameter_that_makes_no_sense__400_names_it(
    features: list[str], as_viewer: Caller, query: str, field: str
) -> None:
    status, answer = as_viewer.get(f"features?{query}")
    assert (status, list(answer["errors"])) == (400, [field])


def test_list__cursor_of_another_list__400(features: list[str], as_viewer: Caller) -> None:
    cursor = as_viewer.get("features?limit=1")[1]["next"]
    assert as_viewer.get(f"segments?cursor={cursor}")[0] == 400


def test_list__filters_and_search__only_what_fits_all_of_them(
    features: list[str], as_viewer: Caller
) -> None:
    assert keys_of(as_viewer.get("features?tag=3")[1]) == ["feature-3"]
    assert keys_of(as_viewer.get("features?search=TURE-4&owner=shop")[1]) == ["feature-4"]
    assert keys_of(as_viewer.get("features?search=feature-4&tag=3")[1]) == []
    assert keys_of(as_viewer.get("features?owner=nobody")[1]) == []


def test_list_features__more_rows__no_query_for_each(
    features: list[str], as_viewer: Caller
) -> None:
    with CaptureQueriesContext(connection) as few:
        as_viewer.get("features?limit=1")
    with CaptureQueriesContext(connection) as many:
        assert len(as_viewer.get("features")[1]["items"]) == 5
    assert len(many) == len(few)
