"""Several changes in one request: all or none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.caller import Caller, everything
from tests.api.endpoints import CONSTRAINT, PLACE, RULE, WHY

SWITCH = {"change": "switch-toggle", **PLACE, "enabled": True}
SEGMENT = {"change": "set-segment", "key": "staff", "name": "Staff", "owner": "shop"}
EXPOSE = {"change": "set-exposure", **PLACE, "enabled": True}
ALL = [
    {**SEGMENT, "constraints": [CONSTRAINT]},
    {"change": "create-feature", "key": "dark-mode", "name": "Dark", "owner": "shop"},
    {"change": "set-feature", "feature": "dark-mode", "tags": ["web"]},
    {
        "change": "set-variants",
        "feature": "dark-mode",
        "variants": {"off": {"value": 0}, "on": {"value": 1}},
        "off_variant": "off",
    },
    {**EXPOSE, "feature": "dark-mode", "rules": [{**RULE, "segments": ["staff"]}]},
    SWITCH,
    {"change": "archive-feature", "feature": "dark-mode"},
    {"change": "restore-feature", "feature": "dark-mode"},
    {"change": "delete-segment", "key": "beta-users"},
]


def ask(caller: Caller, changes: list[dict[str, Any]], **more: Any) -> tuple[int, Any]:
    return caller.post("changes", {**WHY, "changes": changes, **more})


def test_bulk__each_kind__each_sees_what_those_before_it_did(
    shop: object, as_editor: Caller
) -> None:
    status, told = ask(as_editor, ALL)
    assert (status, told["applied"], len(told["changes"])) == (200, True, len(ALL))
    made = as_editor.get("features/dark-mode")[1]
    assert (made["tags"], made["variants"]["on"], made["lifecycle"]) == (
        ["web"],
        {"value": 1},
        "active",
    )
    assert as_editor.get("segments/beta-users")[0] == 404


def test_bulk__dry_run__tells_the_same_differences_and_keeps_nothing(
    shop: object, as_editor: Caller
) -> None:
    before = everything()
    status, told = ask(as_editor, ALL, dry_run=True)
    assert (status, told["applied"]) == (200, False)
    assert everything() == before
    assert told["changes"][5]["differences"] == [
        {"path": "enabled", "before": False, "after": True}
    ]
    assert told["changes"] == ask(as_editor, ALL)[1]["changes"]


@pytest.mark.parametrize(
    ("second", "status", "field"),
    [
        ({**SWITCH, "enabled": False, "expected_revision": 7}, 409, "changes.1.expected_revision"),
        ({**SWITCH, "feature": "none"}, 404, "changes.1.feature"),
        ({**EXPOSE, "rules": [{**RULE, "percentage": 500}]}, 400, "changes.1.rules"),
        ({**SWITCH, "enabled": "perhaps"}, 400, "changes.1.enabled"),
        ({**SWITCH, "reason": "mine"}, 400, "changes.1.reason"),
        ({"change": "drop-tables"}, 400, "changes.1.change"),
        ({}, 400, "changes.1.change"),
        ({**SEGMENT, "owner": None, "constraints": []}, 403, "changes.1.permission"),
    ],
)
def test_bulk__one_is_refused__named_by_place_and_field_and_none_is_done(
    shop: object, as_editor: Caller, second: dict[str, Any], status: int, field: str
) -> None:
    before = everything()
    found, refused = ask(as_editor, [SWITCH, second, ALL[0]])
    assert (found, list(refused["errors"])) == (status, [field])
    assert everything() == before


def test_bulk__too_many_or_none__400(shop: object, as_editor: Caller) -> None:
    for changes in ([], [SWITCH] * 101):
        status, refused = ask(as_editor, changes)
        assert (status, list(refused["errors"])) == (400, ["changes"])


AT_SEARCH = {"feature": "dark-mode", "environment": "staging", "service": "search", "variant": "on"}
SEARCH = {"service": "search", "environment": "staging"}
FROM_A_SERVICE_TO_ITS_ROUTE = [
    {"change": "create-service", "key": "search", "name": "Search", "owner": "shop"},
    {"change": "set-service", "service": "search", "name": "The search"},
    {"change": "set-version", **SEARCH, "version": "v1"},
    {"change": "set-placement", **SEARCH, "host": "search", "port": 80, "baseline": "v1"},
    {"change": "create-feature", "key": "dark-mode", "name": "Dark", "owner": "shop"},
    {
        "change": "add-participant",
        "feature": "dark-mode",
        "service": "search",
        "part": "provides",
        "position": 1,
    },
    {"change": "set-participant", "feature": "dark-mode", "service": "search", "position": 2},
    {"change": "set-route", **AT_SEARCH, "version": "v1"},
]
AND_BACK = [
    {"change": "delete-route", **AT_SEARCH},
    {"change": "remove-participant", "feature": "dark-mode", "service": "search"},
    {"change": "delete-placement", **SEARCH},
    {"change": "delete-version", **SEARCH, "version": "v1"},
    {"change": "delete-service", "service": "search"},
]


def test_bulk__from_a_service_to_its_route_and_back__in_one_request_each(
    shop: object, as_owner: Caller
) -> None:
    status, told = ask(as_owner, FROM_A_SERVICE_TO_ITS_ROUTE)
    assert (status, told["applied"]) == (200, True), told
    assert as_owner.items("features/dark-mode/routes")[0]["version"] == "v1"
    status, told = ask(as_owner, AND_BACK)
    assert (status, told["applied"]) == (200, True), told
    assert as_owner.get("services/search")[0] == 404
