"""The page of a feature shows who has to agree; who may agree does so there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role, Team, User
from governance.changes import perform
from governance.models import AuditEntry
from routing.changes import AddParticipant, CreateService, SetService
from routing.models import Participant
from tests.pages.conftest import browser_of
from tests.routing.shop import BY, FEATURE

PAGE = f"/features/{FEATURE}/"
AGREE, TAKE_BACK = f"{PAGE}participants/cart/agree", f"{PAGE}participants/cart/take-back"


@pytest.fixture
def as_risk(shop: Team) -> Client:
    """An editor of the team that cart belongs to; its part in the shop's feature is proposed."""
    risk = Team.objects.create(key="risk", name="Risk")
    perform(BY, SetService("cart", owner="risk"))
    Participant.objects.filter(service__key="cart").update(agreed=False, agreed_with=None)
    user = User.objects.create_user("rita")
    Membership.objects.create(team=risk, user=user, role=Role.EDITOR)
    return browser_of(user)


def html_of(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_feature_page__proposed_part__says_whom_it_waits_for(
    as_risk: Client, as_editor: Client
) -> None:
    seen = html_of(as_editor)
    assert "waits for the team Risk" in seen
    assert AGREE not in seen
    assert AGREE in html_of(as_risk)


def test_agree__editor_of_the_services_team__agreed_and_told_on_the_page(as_risk: Client) -> None:
    assert as_risk.post(AGREE, {"reason": ""}).status_code == 422
    assert as_risk.post(AGREE, {"reason": "we are ready"}).status_code == 302
    seen = html_of(as_risk)
    assert "waits for" not in seen
    assert "we are ready" in seen
    assert AuditEntry.objects.latest("number").action == "participant.agreed"
    assert as_risk.post(TAKE_BACK, {"reason": "not yet"}).status_code == 302
    assert "waits for the team Risk" in html_of(as_risk)


def test_agree__editor_of_the_features_team__told_whom_to_ask(
    as_risk: Client, as_editor: Client
) -> None:
    answer = as_editor.post(AGREE, {"reason": "please"})
    assert answer.status_code == 403
    assert "of the team risk" in answer.content.decode()
    assert not Participant.objects.get(service__key="cart").agreed


def test_feature_page__many_participants__queries_do_not_grow(
    shop: Team, as_editor: Client
) -> None:
    html_of(as_editor)
    with CaptureQueriesContext(connection) as few:
        html_of(as_editor)
    for number in range(10):
        perform(BY, CreateService(f"s{number}", "", "shop"))
        perform(BY, AddParticipant(FEATURE, f"s{number}", "consumes", 5))
    with CaptureQueriesContext(connection) as many:
        html_of(as_editor)
    assert len(few) == len(many)
