"""A folder is planned and applied: what differs, once, in order, all or nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from accounts.models import Environment, Team
from controlplane.declarations import applying, running
from controlplane.declarations.models import Declared
from governance.models import AuditEntry
from governance.refusals import Conflict
from rollouts.models import RolloutTemplate
from routing.models import Placement, Route, Service
from tests.api.caller import Caller, everything
from tests.declarations.folder import ALL, FEATURE, ROUTED, RULE, SEGMENT, SERVICE, actions, send
from toggles.models import Feature, Segment, Toggle

pytestmark = pytest.mark.usefixtures("environments")


def changed(document: dict[str, Any], environment: str, **parts: Any) -> dict[str, Any]:
    """The feature's document with other parts of its exposure in one environment."""
    other = copy.deepcopy(document)
    other["environments"][environment].update(parts)
    return other


def exposure(feature: str, environment: str) -> Any:
    current = Toggle.objects.get(feature__key=feature, environment__key=environment).current
    return current.exposure.as_parts() if current else None


def test_apply__new_folder__everything_is_there_as_declared(as_editor: Caller) -> None:
    status, answer = send(as_editor, ALL)
    assert status == 200, answer
    assert answer["differs"] is True
    assert exposure("dark-mode", "production") == {"enabled": True, "rules": [RULE], "more": {}}
    assert exposure("dark-mode", "development")["enabled"] is False
    feature = Feature.objects.get(key="dark-mode")
    assert (feature.kind, feature.tags) == ("experiment", ["ui"])
    assert Placement.objects.get().baseline.version == "v1"
    assert Route.objects.get().version.labels == {"v": "two"}
    assert RolloutTemplate.objects.get().gate == {"min_requests": 50}


def test_plan__new_folder__tells_what_apply_does_and_keeps_nothing(as_editor: Caller) -> None:
    before = everything()
    status, planned = send(as_editor, ALL, dry_run=True)
    assert (status, everything()) == (200, before), planned
    _, applied = send(as_editor, ALL)
    assert planned["outcomes"] == applied["outcomes"]
    assert planned["differs"] is True


def test_apply__the_same_again__all_same_and_nothing_written(as_editor: Caller) -> None:
    send(as_editor, ALL)
    before = everything()
    status, answer = send(as_editor, ALL)
    assert (status, answer["differs"]) == (200, False)
    assert {one["action"] for one in answer["outcomes"]} == {"same"}
    assert everything() == before


def test_apply__one_field_changed__only_that_difference(as_editor: Caller) -> None:
    send(as_editor, ALL)
    other = changed(FEATURE, "production", rules=[{**RULE, "percentage": 25}])
    _, answer = send(as_editor, [other, *ALL[1:]])
    (one,) = [one for one in answer["outcomes"] if one["action"] != "same"]
    assert one["subject"] == "toggle:production/dark-mode"
    assert one["differences"] == [{"path": "rules[0].percentage", "before": 10, "after": 25}]
    assert (one["file"], one["environment"]) == ("0.yaml", "production")


def test_apply__mistake_in_production__nothing_of_it_anywhere(as_editor: Caller) -> None:
    before = everything()
    broken = changed(FEATURE, "production", rules=[{**RULE, "percentage": 140}])
    status, answer = send(as_editor, [broken, SEGMENT])
    assert (status, everything()) == (400, before)
    path = "documents[0].environments.production.rules[0].percentage"
    assert answer["errors"] == {path: "must be a whole number from 0 to 100, got 140"}


def test_apply__several_mistakes__all_told_by_their_paths(as_editor: Caller) -> None:
    documents = [
        changed(FEATURE, "production", colour="red"),
        {"segment": "odd", "owner": "nobody", "constraints": [BROKEN]},
        {"feature": "x", "segment": "y"},
        {"feature": "no-owner", "environments": {"moon": {"enabled": True}}},
    ]
    status, answer = send(as_editor, documents, dry_run=True)
    assert status == 400
    assert set(answer["errors"]) == {"documents[2]", "documents[3].owner"}
    status, answer = send(as_editor, documents[:2], dry_run=True)
    assert status == 400
    assert set(answer["errors"]) == {
        "documents[0].environments.production.colour",
        "documents[1].owner",
    }


BROKEN = {"field": "group", "operator": "LIKE", "values": ["beta"]}


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ({"rules": [5]}, "documents[0].environments.production.rules[0]"),
        ({"rules": "all"}, "documents[0].environments.production.rules"),
        (
            {"lists": [{"id": "a", "ids": ["b"], "variant": "purple"}]},
            "documents[0].environments.production.lists[0].variant",
        ),
        ({"off_variant": "on"}, "documents[0].environments.production.off_variant"),
    ],
)
def test_plan__broken_exposure__the_path_says_where(
    part: dict[str, Any], path: str, as_editor: Caller
) -> None:
    documents = [changed(FEATURE, "production", **part), SEGMENT]
    status, answer = send(as_editor, documents, dry_run=True)
    assert (status, list(answer["errors"])) == (400, [path])


def test_apply__unknown_environment__told_where(as_editor: Caller) -> None:
    document = {**FEATURE, "environments": {"moon": {"enabled": True}}}
    status, answer = send(as_editor, [document])
    assert status == 404
    assert list(answer["errors"]) == ["documents[0].environments.moon"]


def test_apply__another_team_s_feature__refused_and_nothing_changed(
    as_editor: Caller, as_admin: Caller
) -> None:
    Team.objects.create(key="bank", name="Bank")
    theirs = {**FEATURE, "feature": "transfer", "owner": "bank"}
    assert send(as_admin, [theirs, SEGMENT], source="bank-folder")[0] == 200
    before = everything()
    other = changed(theirs, "production", enabled=False)
    status, answer = send(as_editor, [other], source="bank-folder")
    assert (status, everything()) == (403, before)
    assert "bank" in answer["errors"]["documents[0].environments.production"]


def test_apply__nothing_declared_of_another_team_any_more__not_taken_away(
    as_editor: Caller, as_admin: Caller
) -> None:
    Team.objects.create(key="bank", name="Bank")
    send(as_admin, [{"feature": "transfer", "owner": "bank"}], source="bank-folder")
    before = everything()
    status, _ = send(as_editor, [], source="bank-folder")
    assert (status, everything()) == (403, before)


def test_apply__unowned_feature_of_another_team__not_adopted(
    as_editor: Caller, as_admin: Caller
) -> None:
    Team.objects.create(key="bank", name="Bank")
    body = {"reason": "x", "key": "transfer", "name": "transfer", "owner": "bank"}
    as_admin.post("features", body)
    assert send(as_editor, [{"feature": "transfer", "owner": "bank"}])[0] == 403


def test_apply__made_by_hand__adopted_once(shop: Team, as_editor: Caller) -> None:
    document = {"feature": "new-checkout", "name": "New checkout", "owner": "shop"}
    _, first = send(as_editor, [document])
    _, again = send(as_editor, [document])
    assert actions(first) == {"feature:new-checkout": "adopt"}
    assert actions(again) == {}


def test_apply__declared_by_another_folder__conflict(as_editor: Caller) -> None:
    send(as_editor, [SEGMENT], source="first")
    status, answer = send(as_editor, [SEGMENT], source="second")
    assert status == 409
    assert "first" in answer["errors"]["documents[0]"]


def test_apply__taken_out_of_the_folder__archived_or_deleted_only_its_own(
    shop: Team, as_editor: Caller
) -> None:
    send(as_editor, [*ALL, {"segment": "unused", "owner": "shop"}])
    _, planned = send(as_editor, ALL[1:3], dry_run=True)
    _, answer = send(as_editor, ALL[1:3])
    told = actions(answer)
    assert planned["outcomes"] == answer["outcomes"]
    assert told == {
        "feature:dark-mode": "archive",
        "segment:unused": "delete",
        "segment:beta": "kept",  # the archived feature's rule still asks for it
        "rollout-template:careful": "delete",
    }
    assert Feature.objects.get(key="dark-mode").lifecycle == "archived"
    assert Segment.objects.filter(key="beta-users").exists()
    assert Feature.objects.get(key="new-checkout").lifecycle == "active"
    assert send(as_editor, ALL[1:3])[1]["differs"] is False


def test_apply__services_taken_out__gone_with_routes_and_places(as_owner: Caller) -> None:
    send(as_owner, ALL)
    without = {**ROUTED, "services": []}
    status, answer = send(as_owner, [FEATURE, SEGMENT, without])
    assert status == 200, answer
    assert (Service.objects.count(), Route.objects.count()) == (0, 0)
    assert not Declared.objects.exclude(subject__regex="^(feature|segment):").exists()
    assert send(as_owner, [FEATURE, SEGMENT, without])[1]["differs"] is False


def test_apply__service_declared_otherwise__its_name_and_route_changed(as_editor: Caller) -> None:
    send(as_editor, ALL)
    part = {"service": "search", "part": "provides", "position": 2}
    routed = {**ROUTED, "services": [{**part, "routes": {"production": {"on": "v1"}}}]}
    status, answer = send(as_editor, [FEATURE, routed, {**SERVICE, "name": "Find"}, *ALL[3:]])
    assert status == 200, answer
    assert actions(answer) == {
        "service:search": "change",
        "participant:fast-search/search": "change",
        "route:production/search/fast-search/on": "change",
    }
    assert (Service.objects.get().name, Route.objects.get().version.version) == ("Find", "v1")


def test_apply__archived_one_declared_again__restored(as_editor: Caller) -> None:
    send(as_editor, [FEATURE, SEGMENT])
    send(as_editor, [SEGMENT])
    status, answer = send(as_editor, [FEATURE, SEGMENT])
    assert status == 200, answer
    assert Feature.objects.get(key="dark-mode").lifecycle == "active"
    assert Declared.objects.filter(subject="feature:dark-mode").exists()


def test_apply__variant_and_what_names_it_go_together__both_gone(as_editor: Caller) -> None:
    three = {name: {"value": name} for name in ("off", "on", "blue")}
    blue = {**RULE, "split": [{"variant": "blue", "weight": 1}]}
    send(as_editor, [SEGMENT, {**changed(FEATURE, "production", rules=[blue]), "variants": three}])
    two = {name: three[name] for name in ("off", "on")}
    status, answer = send(as_editor, [SEGMENT, {**FEATURE, "variants": two}])
    assert status == 200, answer
    assert Feature.objects.get(key="dark-mode").variants == two
    assert send(as_editor, [SEGMENT, {**FEATURE, "variants": two}])[1]["differs"] is False


def test_apply__one_environment_only__the_others_left(as_editor: Caller) -> None:
    send(as_editor, [FEATURE, SEGMENT], environments=["staging"])
    assert exposure("dark-mode", "staging")["enabled"] is True
    assert exposure("dark-mode", "production")["enabled"] is False


def test_apply__refused_half_way__that_environment_is_taken_back_whole(
    as_editor: Caller, environments: dict[str, Environment], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rehearse, planned = running.steps_in, applying.rehearse, list[bool]()

    def steps(document: Any, environment: str) -> Any:
        yield from real(document, environment)
        if environment == "production" and planned:
            raise Conflict(feature="somebody was faster")

    monkeypatch.setattr(running, "steps_in", steps)
    monkeypatch.setattr(applying, "rehearse", lambda run: (rehearse(run), planned.append(True))[0])
    status, _ = send(as_editor, [FEATURE, SEGMENT])
    assert status == 409
    assert exposure("dark-mode", "staging")["enabled"] is True
    assert exposure("dark-mode", "production")["enabled"] is False
    told = AuditEntry.objects.filter(action="declarations.applied").order_by("number")
    assert [len(entry.detail["written"]) for entry in told] == [1, 1, 1]
