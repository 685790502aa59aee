"""Every page meets members, outsiders and nobody; and none of them has code or style in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from controlplane.security import POLICY
from rollouts.models import Rollout
from tests.pages.conftest import browser_of
from tests.routing.shop import FEATURE, PRODUCTION

PLACE = {"feature": FEATURE, "environment": PRODUCTION}
PART = {"feature": FEATURE, "service": "cart"}
# Pages that a viewer may read, and those that only an editor gets to see.
READ = {
    "features": {},
    "feature": {"key": FEATURE},
    "audit": {},
    "endpoints": {"service": "cart", "environment": PRODUCTION},
    "rollout": {"number": None},
    "rollout-live": {"number": None},
}
CHANGE = {
    "exposure": PLACE,
    "go-back": {**PLACE, "number": 1},
    "start-rollout": PLACE,
    "rollout-promote": {"number": None},
    "rollout-abort": {"number": None},
    "agree": PART,
    "take-agreement-back": PART,
}
POST_ONLY = {"rollout-pause": {"number": None}, "rollout-resume": {"number": None}}
# Without the gate of members, each with the reason.
OPEN = {
    "sign-in": "one has to get in",
    "sign-out": "outsiders, too, may leave",
    "healthz": "asked by the platform, which has no session",
    "readyz": "asked by the platform, which has no session",
}
ELSEWHERE = {"fault-switch": "tests/demo/test_fault_switch.py"}
ALL = {**READ, **CHANGE, **POST_ONLY}


def address(name: str, rollout: Rollout) -> str:
    named = {k: rollout.pk if v is None else v for k, v in ALL[name].items()}
    return reverse(name, kwargs=named)


@pytest.mark.parametrize("name", READ)
def test_page__viewer__may_read_it(name: str, rollout: Rollout, as_viewer: Client) -> None:
    assert as_viewer.get(address(name, rollout)).status_code == 200


@pytest.mark.parametrize("name", CHANGE)
def test_page__editor__gets_the_form(name: str, rollout: Rollout, as_editor: Client) -> None:
    assert as_editor.get(address(name, rollout)).status_code == 200


@pytest.mark.parametrize("name", [*CHANGE, *POST_ONLY])
def test_page__viewer__told_whom_to_ask(
    name: str, rollout: Rollout, as_viewer: Client, owner: User
) -> None:
    response = as_viewer.post(address(name, rollout), {"reason": "let me"})
    assert response.status_code == 403
    assert "Ask olga" in response.content.decode()
    assert Rollout.objects.get().state == rollout.state


@pytest.mark.parametrize("name", ALL)
def test_page__outsider__told_whom_to_ask(
    name: str, rollout: Rollout, outsider: User, owner: User
) -> None:
    response = browser_of(outsider).get(address(name, rollout))
    assert response.status_code == 403
    assert "otto" in response.content.decode()
    assert "olga" in response.content.decode()


@pytest.mark.parametrize("name", ALL)
def test_page__nobody__sent_to_sign_in(name: str, rollout: Rollout) -> None:
    response = Client().get(address(name, rollout))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("sign-in"))


def test_pages__the_url_conf__each_is_tested() -> None:
    named = {pattern.name for pattern in _patterns(get_resolver())}
    pages = {name for name in named if not (name or "").startswith("api-")}
    assert pages == {*ALL, *OPEN, *ELSEWHERE}


@pytest.mark.parametrize("name", [*READ, *CHANGE])
def test_page__its_html__keeps_the_content_security_policy(
    name: str, rollout: Rollout, as_editor: Client
) -> None:
    response = as_editor.get(address(name, rollout))
    html = response.content.decode()
    assert response.headers["Content-Security-Policy"] == POLICY
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")


def test_page__unknown_feature__404_in_words(shop: object, as_viewer: Client) -> None:
    response = as_viewer.get("/features/nope/")
    assert response.status_code == 404
    assert "There is no feature" in response.content.decode()


def test_page__unknown_address__404_with_a_way_back(shop: object, as_viewer: Client) -> None:
    response = as_viewer.get("/nowhere")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry
