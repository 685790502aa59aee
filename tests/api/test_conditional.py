"""ETags of answers, and revisions that a change expects."""

from __future__ import annotations

from tests.api.caller import Caller, everything
from tests.api.endpoints import CONSTRAINT, RULE, WHY

TOGGLE = "features/new-checkout/toggles/production"
SEGMENT = {**WHY, "name": "Beta", "constraints": [CONSTRAINT]}


def test_get__etag_of_the_same_answer__304_without_body(shop: object, as_viewer: Caller) -> None:
    for path in ("features", "features/new-checkout", "audit?limit=2"):
        etag = as_viewer.ask("GET", path).headers["ETag"]
        assert etag.startswith('W/"')
        again = as_viewer.ask("GET", path, if_none_match=f'W/"other", {etag}')
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)


def test_get__something_changed__whole_answer_with_another_etag(
    shop: object, as_editor: Caller
) -> None:
    etag = as_editor.ask("GET", "features").headers["ETag"]
    as_editor.put(TOGGLE, {**WHY, "enabled": True, "rules": [RULE]})
    again = as_editor.ask("GET", "features", if_none_match=etag)
    assert again.status_code == 200
    assert again.headers["ETag"] != etag


def test_if_match__latest_revision__is_changed(shop: object, as_admin: Caller) -> None:
    now = as_admin.get("segments/beta-users")[1]["revision"]
    answer = as_admin.ask("PUT", "segments/beta-users", SEGMENT, if_match=f'"{now}"')
    assert (answer.status_code, answer.json()["revision"]) == (200, now + 1)


def test_if_match__somebody_was_faster__412_tells_who_and_changes_nothing(
    shop: object, as_admin: Caller
) -> None:
    body = {**WHY, "enabled": True, "rules": [RULE]}
    assert as_admin.ask("PUT", TOGGLE, body, if_match='"1"').status_code == 200
    before = everything()
    for path, sent in ((TOGGLE, body), ("segments/beta-users", SEGMENT)):
        answer = as_admin.ask("PUT", path, sent, if_match='"0"')
        assert (answer.status_code, list(answer.json()["errors"])) == (412, ["expected_revision"])
        stale = as_admin.put(path, {**sent, "expected_revision": 0})
        assert stale[0] == 409
    assert "ada changed it" in as_admin.ask("PUT", TOGGLE, body, if_match='"1"').json()["detail"]
    assert everything() == before


def test_if_match__no_revision_or_none_to_match__400_says_what_to_write(
    shop: object, as_admin: Caller
) -> None:
    body = {**WHY, "enabled": True, "rules": [RULE]}
    before = everything()
    for said in ('W/"1"', "*", "1", '"x"'):
        answer = as_admin.ask("PUT", TOGGLE, body, if_match=said)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["If-Match"])
    named = {**WHY, "key": "dark-mode", "name": "Dark mode", "owner": "shop"}
    assert as_admin.ask("POST", "features", named, if_match='"1"').status_code == 400
    assert everything() == before
