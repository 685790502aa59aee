"""A service takes part in another team's feature once its own team agrees."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.changes import CreateTeam
from accounts.models import Membership, Role, Team, User
from accounts.principals import principal_of
from events.models import OutboxEvent
from governance.authorship import Authorship
from governance.changes import perform
from governance.refusals import NotAllowed
from governance.reverting import Revert
from routing.changes import SetRouteWanted
from routing.models import Route
from tests.api.caller import Caller, everything
from tests.api.endpoints import PLACE, WHY
from tests.api.teams import member, open_risk
from tests.routing.shop import BY, FEATURE, PRODUCTION
from toggles.changes import SetFeature

PART = {**WHY, "service": "fraud", "part": "provides", "position": 0}
ROUTE = {**WHY, "environment": PRODUCTION, "variant": "on", "service": "fraud", "version": "v2"}
START = {**WHY, **PLACE, "steps": [{"percentage": 10}]}
PARTS, ROUTES = f"features/{FEATURE}/participants", f"features/{FEATURE}/routes"
AGREEMENT = f"{PARTS}/fraud/agreement"
AGREED, REFUSED = {**WHY, "agreed": True}, {**WHY, "agreed": False}


@pytest.fixture
def risk(shop: Team) -> Team:
    return open_risk()


@pytest.fixture
def as_risk(risk: Team) -> Caller:
    """An editor of the service's team."""
    return member("rita", risk, Role.EDITOR)


@pytest.fixture
def as_risk_owner(risk: Team) -> Caller:
    return member("rolf", risk, Role.OWNER)


def refused(answer: tuple[int, Any], status: int, field: str, *words: str) -> None:
    assert (answer[0], list(answer[1]["errors"])) == (status, [field]), answer
    sentence = answer[1]["errors"][field]
    assert all(word in sentence for word in words), sentence


def agreed(caller: Caller) -> bool:
    parts = {one["service"]: one["agreed"] for one in caller.items(PARTS)}
    return bool(parts["fraud"])


def test_other_teams_service__proposed_then_agreed__routes_and_rollouts_only_after(
    risk: Team, as_editor: Caller, as_risk: Caller
) -> None:
    status, part = as_editor.post(PARTS, PART)
    assert (status, part["agreed"], part["owner"]) == (201, False, "risk")
    before = everything()
    refused(as_editor.post(ROUTES, ROUTE), 409, "service", "risk", "agreement", "agree")
    refused(as_editor.put(AGREEMENT, AGREED), 403, "permission", "risk")
    refused(as_editor.put("services/fraud/consents/shop", WHY), 403, "permission", "risk")
    assert everything() == before
    assert as_risk.put(AGREEMENT, AGREED)[1]["agreed"] is True
    assert as_editor.post(ROUTES, ROUTE)[0] == 201
    assert as_editor.post("rollouts", START)[0] == 201
    told = OutboxEvent.objects.filter(key="fraud").values_list("type", flat=True)
    assert {"participant.proposed", "participant.agreed", "route.created"} <= set(told)


def test_other_teams_service__no_part_at_all__route_refused_with_the_remedy(
    risk: Team, as_editor: Caller
) -> None:
    refused(as_editor.post(ROUTES, ROUTE), 409, "service", "risk", "propose fraud")
    path = f"{ROUTES}/{PRODUCTION}/fraud/on"
    refused(as_editor.put(path, {**WHY, "version": "v2"}), 409, "service", "propose fraud")


def test_agreement__taken_back_while_its_route_is_wanted__mesh_keeps_it_next_rollout_refused(
    as_editor: Caller, as_risk: Caller
) -> None:
    as_editor.post(PARTS, PART)
    as_risk.put(AGREEMENT, AGREED)
    as_editor.post(ROUTES, ROUTE)
    here = {"feature": FEATURE, "environment": PRODUCTION, "service": "fraud", "variant": "on"}
    perform(BY, SetRouteWanted(**here, wanted=True))
    assert as_risk.put(AGREEMENT, REFUSED)[1]["agreed"] is False
    assert Route.objects.get(service__key="fraud").wanted
    refused(as_editor.post("rollouts", START), 409, "service", "risk")
    path = f"{ROUTES}/{PRODUCTION}/fraud/on"
    refused(as_editor.put(path, {**WHY, "version": "v1"}), 409, "service", "risk")


def test_standing_consent__set_then_ended__agrees_to_what_is_there_and_what_comes(
    as_editor: Caller, as_risk: Caller, as_risk_owner: Caller
) -> None:
    as_editor.post(PARTS, PART)
    refused(as_risk.put("services/fraud/consents/shop", WHY), 403, "permission", "owners")
    assert as_risk_owner.put("services/fraud/consents/shop", WHY)[0] == 200
    assert as_editor.items("services/fraud/consents") == [{"service": "fraud", "team": "shop"}]
    assert agreed(as_editor)
    assert as_editor.delete(f"{PARTS}/fraud", WHY)[0] == 204
    assert as_editor.post(PARTS, PART)[1]["agreed"] is True
    assert as_risk_owner.delete("services/fraud/consents/shop", WHY)[0] == 204
    assert agreed(as_editor)
    as_editor.delete(f"{PARTS}/fraud", WHY)
    assert as_editor.post(PARTS, PART)[1]["agreed"] is False


def test_standing_consent__one_feature_refused__the_refusal_stands(
    as_editor: Caller, as_risk: Caller, as_risk_owner: Caller
) -> None:
    as_risk_owner.put("services/fraud/consents/shop", WHY)
    as_editor.post(PARTS, PART)
    as_risk.put(AGREEMENT, REFUSED)
    refused(as_editor.post(ROUTES, ROUTE), 409, "service", "risk")


def test_propose__person_who_is_editor_in_both_teams__agrees_by_it(
    risk: Team, as_editor: Caller, editor: User
) -> None:
    Membership.objects.create(team=risk, user=editor, role=Role.EDITOR)
    assert as_editor.post(PARTS, PART)[1]["agreed"] is True


def test_propose__person_who_only_looks_in_the_services_team__is_only_proposed(
    risk: Team, as_editor: Caller, editor: User
) -> None:
    Membership.objects.create(team=risk, user=editor, role=Role.VIEWER)
    assert as_editor.post(PARTS, PART)[1]["agreed"] is False


def test_feature__goes_to_a_third_team_after_the_agreement__is_agreed_to_anew(
    as_editor: Caller, as_risk: Caller
) -> None:
    as_editor.post(PARTS, PART)
    as_risk.put(AGREEMENT, AGREED)
    perform(BY, CreateTeam(key="ads", name="Ads"))
    perform(BY, SetFeature(FEATURE, owner="ads"))
    assert not agreed(as_editor)
    as_ads = member("alma", Team.objects.get(key="ads"), Role.EDITOR)
    refused(as_ads.post(ROUTES, ROUTE), 409, "service", "risk")
    as_risk.put(AGREEMENT, AGREED)
    assert as_ads.post(ROUTES, ROUTE)[0] == 201


def test_service__goes_to_another_team__agreements_go_along_and_standing_ones_end(
    risk: Team, as_editor: Caller, as_risk_owner: Caller
) -> None:
    as_risk_owner.put("services/fraud/consents/shop", WHY)
    as_editor.post(PARTS, PART)
    ads: Team = perform(BY, CreateTeam(key="ads", name="Ads"))
    give = {**WHY, "owner": "ads"}
    refused(as_risk_owner.patch("services/fraud", give), 403, "permission", "ads")
    Membership.objects.create(team=ads, user=User.objects.get(username="rolf"), role=Role.EDITOR)
    assert as_risk_owner.patch("services/fraud", give)[1]["owner"] == "ads"
    assert agreed(as_editor)
    assert as_editor.items("services/fraud/consents") == []


def test_part__another_one__is_agreed_to_anew(as_editor: Caller, as_risk: Caller) -> None:
    as_editor.post(PARTS, PART)
    as_risk.put(AGREEMENT, AGREED)
    assert as_editor.patch(f"{PARTS}/fraud", {**WHY, "position": 3})[1]["agreed"] is True
    changed = as_editor.patch(f"{PARTS}/fraud", {**WHY, "part": "consumes"})[1]
    assert (changed["part"], changed["position"], changed["agreed"]) == ("consumes", 3, False)


def test_agreement__own_teams_service__cannot_be_taken_back(shop: Team, as_editor: Caller) -> None:
    refused(as_editor.put(f"{PARTS}/cart/agreement", REFUSED), 409, "service", "remove")


def test_revert__to_agreed__is_for_the_services_team_alone(
    as_editor: Caller, as_risk: Caller
) -> None:
    as_editor.post(PARTS, PART)
    as_risk.put(AGREEMENT, AGREED)
    as_risk.put(AGREEMENT, REFUSED)
    by = Authorship(principal_of(User.objects.get(username="edgar")), "again")
    with pytest.raises(NotAllowed):
        perform(by, Revert(f"participant:{FEATURE}/fraud", revision=2))
    assert not agreed(as_editor)
