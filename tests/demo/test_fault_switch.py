"""The button that makes cart v2 fail: for whom it is there, and what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from accounts.models import User
from demo.faults import is_failing, set_failing
from demo.layout import shop_folder
from governance.models import AuditEntry

pytestmark = pytest.mark.django_db
ADDRESS = "/demo/fault"


@pytest.fixture
def shop() -> Any:
    folder = shop_folder(settings.CONFIGURATION.home)
    set_failing(folder, failing=False)
    yield folder
    set_failing(folder, failing=False)


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


@pytest.mark.parametrize("person", ["owner", "editor"])
def test_post__may_edit__fails_and_heals_and_is_recorded(
    request: pytest.FixtureRequest, shop: Path, person: str
) -> None:
    user = request.getfixturevalue(person)
    client = signed_in(user)
    answer = client.post(ADDRESS, {"failing": "1", "next": "/rollouts/7"})
    assert answer.headers["location"] == "/rollouts/7"
    assert is_failing(shop)
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.author) == ("demo.fault-set", user.username)
    client.post(ADDRESS, {"failing": "0"})
    assert not is_failing(shop)


@pytest.mark.parametrize("person", ["viewer", "outsider"])
def test_post__may_not_edit__is_refused(
    request: pytest.FixtureRequest, shop: Path, team: object, person: str
) -> None:
    client = signed_in(request.getfixturevalue(person))
    assert client.post(ADDRESS, {"failing": "1"}).status_code == 403
    assert not is_failing(shop)


def test_post__nobody_signed_in__goes_to_sign_in(shop: Path) -> None:
    answer = Client().post(ADDRESS, {"failing": "1"})
    assert answer.status_code == 302
    assert not is_failing(shop)


def test_post__no_csrf_token__is_refused(shop: Path, owner: User) -> None:
    answer = signed_in(owner, enforce_csrf_checks=True).post(ADDRESS, {"failing": "1"})
    assert answer.status_code == 403
    assert not is_failing(shop)


def test_get__switch__is_not_allowed(shop: Path, owner: User) -> None:
    assert signed_in(owner).get(ADDRESS).status_code == 405


def test_post__next_is_another_site__stays_here(shop: Path, owner: User) -> None:
    answer = signed_in(owner).post(ADDRESS, {"failing": "0", "next": "https://elsewhere.example/"})
    assert answer.headers["location"] == "/"


def test_post__from_htmx__answers_the_switch(shop: Path, owner: User) -> None:
    answer = signed_in(owner).post(ADDRESS, {"failing": "1"}, headers={"HX-Request": "true"})
    assert 'data-failing="1"' in answer.content.decode()
    assert "Heal cart v2" in answer.content.decode()


@pytest.mark.parametrize(("person", "offered"), [("editor", True), ("viewer", False)])
def test_fragment__offers_the_button__only_to_who_may_press_it(
    request: pytest.FixtureRequest, shop: Path, person: str, offered: bool
) -> None:
    asked = RequestFactory().get("/rollouts/7")
    asked.user = request.getfixturevalue(person)
    shown = render_to_string("demo/fault_switch.html", request=asked)
    assert ("Make cart v2 fail" in shown) is offered
