"""Features, segments and revisions over the management API."""

from __future__ import annotations

from tests.api.caller import Caller
from tests.api.endpoints import CONSTRAINT, RULE, WHY

FEATURE = "features/new-checkout"
TOGGLE = f"{FEATURE}/toggles/production"


def test_feature__changed_archived_restored_deleted__each_answer_shows_it(
    shop: object, as_owner: Caller
) -> None:
    changed = as_owner.call("PATCH", FEATURE, {**WHY, "name": "Newer", "tags": ["web", "q4"]})[1]
    assert (changed["name"], changed["tags"]) == ("Newer", ["q4", "web"])
    body = {**WHY, "expected_revision": changed["revision"]}
    archived = as_owner.post(f"{FEATURE}/archive", body)[1]
    assert archived["lifecycle"] == "archived"
    assert archived["revision"] == changed["revision"] + 1
    assert as_owner.post(f"{FEATURE}/archive", body)[0] == 409
    assert as_owner.post(f"{FEATURE}/restore", WHY)[1]["lifecycle"] == "active"
    as_owner.post(f"{FEATURE}/archive", WHY)
    assert as_owner.ask("DELETE", f"{FEATURE}?reason=x&expected_revision=1").status_code == 409
    assert as_owner.ask("DELETE", f"{FEATURE}?reason=x").status_code == 204
    assert as_owner.get(FEATURE)[0] == 404


def test_delete__no_reason__400_names_it(shop: object, as_owner: Caller) -> None:
    status, refused = as_owner.call("DELETE", "segments/beta-users")
    assert (status, list(refused["errors"])) == (400, ["reason"])
    assert as_owner.call("DELETE", "segments/beta-users", WHY)[0] == 204


def test_switch__the_same_again__no_second_revision(shop: object, as_editor: Caller) -> None:
    for _ in range(2):
        status, revision = as_editor.post(f"{TOGGLE}/switch", {**WHY, "enabled": True})
        assert (status, revision["number"], revision["enabled"]) == (200, 2, True)


def test_variants__value_is_missing__400_names_it(shop: object, as_editor: Caller) -> None:
    body = {**WHY, "variants": {"off": {}, "on": {"value": 1}}, "off_variant": "off"}
    status, refused = as_editor.put(f"{FEATURE}/variants", body)
    assert (status, list(refused["errors"])) == (400, ["variants"])


def test_explain__context_of_somebody__says_which_rule_gave_what(
    shop: object, as_viewer: Caller, as_editor: Caller
) -> None:
    rule = {**RULE, "percentage": 100, "constraints": [CONSTRAINT]}
    as_editor.put(TOGGLE, {**WHY, "enabled": True, "rules": [rule]})
    asked = {"environment": "production", "context": {"properties": {"group": "beta"}}}
    status, told = as_viewer.post(f"{FEATURE}/explain", asked)
    assert (status, told["decision"]["variant"], told["decision"]["rule"]) == (200, "on", "share")
    assert told["rules"][0]["conditions"][0]["seen"] == "beta"
    assert "rule 'share' matches" in "\n".join(told["lines"])
    other = as_viewer.post(f"{FEATURE}/explain", {"environment": "production"})[1]
    assert other["decision"]["variant"] == "off"


def test_explain__context_that_is_none__400_names_the_field(
    shop: object, as_viewer: Caller
) -> None:
    for context, field in (({"userId": []}, "context.userId"), ([], "context")):
        asked = {"environment": "production", "context": context}
        status, told = as_viewer.post(f"{FEATURE}/explain", asked)
        assert (status, list(told["errors"])) == (400, [field])


def test_create_segment__there_is_one__409_and_it_stays(shop: object, as_editor: Caller) -> None:
    before = as_editor.get("segments/beta-users")[1]
    body = {**WHY, "key": "beta-users", "name": "x", "constraints": [], "owner": "shop"}
    assert as_editor.post("segments", body)[0] == 409
    assert as_editor.get("segments/beta-users")[1] == before


def test_revisions__segment_changed_and_reverted__each_with_what_differs(
    shop: object, as_editor: Caller
) -> None:
    body = {**WHY, "name": "Beta", "constraints": [CONSTRAINT]}
    as_editor.put("segments/beta-users", body)
    newest = as_editor.items("revisions?subject=segment:beta-users")[0]
    assert newest["differences"] == [{"path": "name", "before": "Beta users", "after": "Beta"}]
    asked = {**WHY, "subject": "segment:beta-users", "revision": newest["number"] - 1}
    status, made = as_editor.post("revisions/revert", asked)
    assert (status, made["after"]) == (200, newest["before"])
    assert as_editor.get("segments/beta-users")[1]["name"] == "Beta users"
    stale = {**asked, "expected_revision": newest["number"]}
    assert as_editor.post("revisions/revert", stale)[0] == 409


def test_revert__subject_that_there_is_not__says_so(shop: object, as_editor: Caller) -> None:
    for subject, status in (("nothing:x", 400), ("segment:none", 404)):
        asked = {**WHY, "subject": subject, "revision": 1}
        assert as_editor.post("revisions/revert", asked)[0] == status
