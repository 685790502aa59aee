"""Performing, previewing and reverting typed changes, on the subjects of every app."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Environment, Team, User
from accounts.principals import principal_of
from governance.authorship import Authorship
from governance.changes import perform, perform_all, preview
from governance.history import current_revision, revisions_of
from governance.models import AuditEntry
from governance.principals import system
from governance.refusals import Conflict, Invalid, NotAllowed, NotFound
from governance.reverting import Revert
from tests.api.caller import everything
from togglemesh.engine import Exposure
from toggles.changes import CreateFeature, DeleteSegment, SetExposure, SetFeature, SetSegment
from toggles.models import Feature, Segment

BY = Authorship(system("ada"), "because")
BETA = [{"field": "group", "operator": "IN", "values": ["beta"]}]
STAFF = [{"field": "group", "operator": "IN", "values": ["staff"]}]
pytestmark = pytest.mark.usefixtures("environments")


def segment(constraints: Any = BETA, **more: Any) -> SetSegment:
    return SetSegment("beta-users", "Beta users", constraints, owner="shop", **more)


def test_perform__without_the_right__refused_and_nothing_written(team: Team, viewer: User) -> None:
    by = Authorship(principal_of(viewer), "curious")
    before = everything()
    with pytest.raises(NotAllowed):
        perform(by, segment())
    assert everything() == before


def test_perform__with_the_right__audit_holds_both_states(team: Team, editor: User) -> None:
    by = Authorship(principal_of(editor), "more people")
    perform(by, segment())
    perform(by, segment(STAFF))
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.author, entry.reason, entry.action) == ("edgar", "more people", "segment.set")
    assert entry.detail["before"]["constraints"] == BETA
    assert entry.detail["after"]["constraints"] == STAFF
    assert entry.detail["revision"] == current_revision("segment:beta-users") == 2


def test_perform__the_same_again__no_revision_and_no_entry(team: Team) -> None:
    perform(BY, segment())
    before = everything()
    perform(BY, segment())
    assert everything() == before


def test_perform__somebody_was_faster__the_later_one_is_told_who(team: Team) -> None:
    perform(BY, segment())
    perform(Authorship(system("bob"), "staff only"), segment(STAFF))
    with pytest.raises(Conflict) as refused:
        perform(BY, segment(BETA, expected_revision=1))
    sentence = refused.value.errors["expected_revision"]
    assert "at revision 2 by now, not 1: bob changed it (staff only)" in sentence
    assert Segment.objects.get().constraints == STAFF


def test_perform_all__one_is_refused__none_is_done(team: Team) -> None:
    before = everything()
    with pytest.raises(Invalid):
        perform_all(BY, [segment(), SetSegment("staff", "Staff", [{"operator": "IN"}])])
    assert everything() == before


def test_preview__any_change__tells_the_difference_and_writes_nothing(team: Team) -> None:
    perform(BY, segment())
    before = everything()
    told = preview(BY, segment(STAFF))
    assert everything() == before
    assert [(d.path, d.before, d.after) for d in told.differences] == [
        ("constraints[0].values[0]", "beta", "staff")
    ]


def test_revert__to_an_earlier_revision__its_state_under_a_new_number(team: Team) -> None:
    perform(BY, segment())
    perform(BY, segment(STAFF))
    perform(BY, Revert("segment:beta-users", 1, expected_revision=2))
    assert Segment.objects.get().constraints == BETA
    assert [r.number for r in revisions_of("segment:beta-users")] == [3, 2, 1]


def test_revert__a_deletion__brings_it_back(team: Team) -> None:
    perform(BY, segment())
    perform(BY, DeleteSegment("beta-users"))
    assert not Segment.objects.exists()
    perform(BY, Revert("segment:beta-users", 1))
    assert Segment.objects.get().owner == team


def test_revert__to_before_the_first__takes_it_away(team: Team) -> None:
    perform(BY, segment())
    perform(BY, Revert("segment:beta-users", 0))
    assert not Segment.objects.exists()


def test_revert__a_features_state__names_owner_and_tags_come_back(team: Team) -> None:
    perform(BY, CreateFeature("new-cart", "New cart", "shop", tags=["checkout"]))
    perform(BY, SetFeature("new-cart", name="Newer cart", tags=[]))
    perform(BY, Revert("feature:new-cart", 1))
    found = Feature.objects.get()
    assert (found.name, found.tags) == ("New cart", ["checkout"])


def test_revert__without_the_right__refused(team: Team, viewer: User) -> None:
    perform(BY, segment())
    perform(BY, segment(STAFF))
    with pytest.raises(NotAllowed):
        perform(Authorship(principal_of(viewer), "curious"), Revert("segment:beta-users", 1))


@pytest.mark.parametrize(
    ("subject", "revision", "kind", "field"),
    [
        ("segment:nobody", 3, NotFound, "revision"),
        ("moon:luna", 1, Invalid, "subject"),
        ("segment:beta-users", 1, Conflict, "revision"),
    ],
)
def test_revert__what_there_is_not__refused_by_name(
    team: Team, subject: str, revision: int, kind: Any, field: str
) -> None:
    perform(BY, segment())
    with pytest.raises(kind) as refused:
        perform(BY, Revert(subject, revision))
    assert list(refused.value.errors) == [field]


def test_delete_segment__in_use__refused_naming_where(
    team: Team, environments: dict[str, Environment]
) -> None:
    perform(BY, segment())
    perform(BY, CreateFeature("new-cart", "New cart", "shop"))
    rule = {
        "id": "beta",
        "segments": ["beta-users"],
        "split": [{"variant": "on", "weight": 1}],
    }
    exposure = Exposure.of(enabled=True, rules=[rule])
    perform(BY, SetExposure("new-cart", "production", exposure))
    with pytest.raises(Conflict) as refused:
        perform(BY, DeleteSegment("beta-users"))
    assert "needed by the feature new-cart in production" in refused.value.errors["segment"]
