"""Change who has a feature, and go back, by form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance.changes import perform
from tests.routing.shop import BY, FEATURE, PRODUCTION
from togglemesh.engine import Exposure
from toggles.changes import SetExposure
from toggles.models import Revision, Toggle
from toggles.pages.plain import PlainExposure, plain_of, rules_of

PAGE = f"/features/{FEATURE}/{PRODUCTION}/exposure"
ASKED = {
    "expected_revision": "1",
    "enabled": "on",
    "segments": ["beta-users"],
    "percentage": "10",
    "variant": "on",
    "reason": "try it",
}


def current() -> Revision:
    revision = Toggle.objects.get(feature__key=FEATURE, environment__key=PRODUCTION).current
    assert revision
    return revision


def test_exposure__segment_and_share__new_revision_and_back_to_the_feature(
    shop: object, as_editor: Client
) -> None:
    response = as_editor.post(PAGE, ASKED, follow=True)
    now = current()
    assert (now.number, now.author, now.reason) == (2, "edgar", "try it")
    assert plain_of(now.rules, "on") == PlainExposure(("beta-users",), 10, "on")
    assert "On for beta-users and 10 % of everyone else." in response.content.decode()
    assert "Changed in Production." in response.content.decode()


@pytest.mark.parametrize("seen", ["9" * 5_000, "-1", "one", "\u00b2", ""])
def test_exposure__seen_revision_that_is_none__conflict_and_nothing_changed(
    seen: str, shop: object, as_editor: Client
) -> None:
    response = as_editor.post(PAGE, {**ASKED, "expected_revision": seen})
    assert response.status_code == 422
    assert "at revision 1 by now, not 0" in response.content.decode()
    assert current().number == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("percentage", "101", "A percentage is a whole number from 0 to 100."),
        ("percentage", "-1", "A percentage is a whole number from 0 to 100."),
        ("percentage", "ten", "A percentage is a whole number from 0 to 100."),
        ("reason", "  ", "Say why, in a few words"),
        ("segments", ["nope"], "nope is not one of the available choices"),
        ("variant", "blue", "blue is not one of the available choices"),
    ],
)
def test_exposure__bad_value__said_beside_the_field_and_nothing_changed(
    field: str, value: Any, sentence: str, shop: object, as_editor: Client
) -> None:
    response = as_editor.post(PAGE, {**ASKED, field: value})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert current().number == 1


def test_exposure__somebody_was_faster__shows_theirs_and_keeps_mine(
    shop: object, as_editor: Client
) -> None:
    rules = rules_of(PlainExposure((), 25, "on"))
    perform(
        BY,
        SetExposure(
            feature=FEATURE,
            environment=PRODUCTION,
            exposure=Exposure.of(enabled=True, rules=rules),
            keep_options=True,
        ),
    )
    response = as_editor.post(PAGE, ASKED)
    html = response.content.decode()
    assert (response.status_code, current().number) == (422, 2)
    assert "at revision 2 by now, not 1" in html
    assert "On for 25 % of everyone." in html
    assert 'name="percentage" value="10"' in html
    assert 'name="expected_revision" value="2"' in html


def test_exposure__rules_richer_than_the_form__warns(shop: object, as_editor: Client) -> None:
    rule = {
        **rules_of(PlainExposure((), 25, "on"))[0],
        "constraints": [{"field": "plan", "operator": "IN", "values": ["gold"]}],
    }
    perform(
        BY,
        SetExposure(
            feature=FEATURE,
            environment=PRODUCTION,
            exposure=Exposure.of(enabled=True, rules=[rule]),
            keep_options=True,
        ),
    )
    html = as_editor.get(PAGE).content.decode()
    assert "more than this form can show" in html
    assert "On for 25 % of those with plan is gold." in html


def test_go_back__reason_given__old_content_as_new_revision(
    shop: object, as_editor: Client
) -> None:
    as_editor.post(PAGE, ASKED)
    address = f"/features/{FEATURE}/{PRODUCTION}/go-back/1"
    assert as_editor.post(address, {"reason": ""}).status_code == 422
    assert current().number == 2
    as_editor.post(address, {"reason": "too early"})
    now = current()
    assert (now.number, now.enabled, now.reason) == (3, False, "too early")


def test_go_back__unknown_revision__404(shop: object, as_editor: Client) -> None:
    address = f"/features/{FEATURE}/{PRODUCTION}/go-back/9"
    assert as_editor.get(address).status_code == 404
