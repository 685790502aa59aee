"""Actions on features, toggles and segments: one transaction, everything or nothing."""

from typing import Any

import pytest

from accounts.changes import CreateTeam, ensure_environments
from events.models import OutboxEvent
from governance.authorship import Authorship
from governance.changes import perform
from governance.models import AuditEntry
from governance.principals import system
from governance.refusals import Conflict, Invalid, NotFound, Refusal
from togglemesh.engine import Exposure
from toggles import changes, reads
from toggles.models import Change, Feature, Revision, Segment, Toggle

BY = Authorship(system("ada"), "because")
SHARE = {
    "id": "share",
    "segments": [],
    "constraints": [],
    "percentage": 10,
    "stickiness": "default",
    "split": [{"variant": "on", "weight": 1}],
}


@pytest.fixture
def feature(db: None) -> Feature:
    ensure_environments()
    perform(BY, CreateTeam(key="payments-team", name="Payments"))
    return perform(
        BY, changes.CreateFeature(key="new-checkout", name="New checkout", owner="payments-team")
    )


def expose(*, rules: Any = (SHARE,), **asked: Any) -> Revision:
    where = {"feature": "new-checkout", "environment": "production"} | asked
    exposure = Exposure.of(enabled=True, rules=rules)
    return perform(BY, changes.SetExposure(**where, exposure=exposure, keep_options=True))


def counts() -> list[int]:
    return [m.objects.count() for m in (Revision, Change, OutboxEvent, AuditEntry, Segment)]


def test_create_feature__three_environments__a_toggle_in_each_off(feature: Feature) -> None:
    toggles = Toggle.objects.select_related("current")
    assert [t.current.enabled for t in toggles if t.current] == [False] * 3


def test_create_feature__same_key_again__conflict(feature: Feature) -> None:
    with pytest.raises(Conflict) as refused:
        perform(BY, changes.CreateFeature(key="new-checkout", name="x", owner="payments-team"))
    assert "key" in refused.value.errors


@pytest.mark.parametrize(
    ("field", "asked", "kind"),
    [
        ("key", {"key": "New Checkout"}, Invalid),
        ("kind", {"kind": "gadget"}, Invalid),
        ("owner", {"owner": "nobody"}, NotFound),
        ("off_variant", {"off_variant": "maybe"}, Invalid),
        ("variants", {"variants": {}}, Invalid),
        ("variants", {"variants": {"Über": {"value": 1}}, "off_variant": "Über"}, Invalid),
    ],
)
def test_create_feature__bad_input__names_the_field_and_changes_nothing(
    feature: Feature, field: str, asked: dict[str, Any], kind: type[Refusal]
) -> None:
    before = counts()
    good: dict[str, Any] = {"key": "other", "name": "Other", "owner": "payments-team"}
    with pytest.raises(kind) as refused:
        perform(BY, changes.CreateFeature(**(good | asked)))
    assert list(refused.value.errors) == [field]
    assert counts() == before


def test_set_exposure__once__writes_all_four_records(feature: Feature) -> None:
    before = counts()
    revision = expose()
    assert [after - was for after, was in zip(counts(), before, strict=True)] == [1, 1, 1, 1, 0]
    last = reads.changes_after("production", reads.last_number("production") - 1)[0]
    assert last["document"]["revision"] == revision.number == 2
    assert last["document"]["rules"] == [SHARE]


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("feature", {"feature": "unknown"}),
        ("environment", {"environment": "moon"}),
        ("rules", {"rules": [SHARE | {"percentage": 101}]}),
        ("rules", {"rules": [SHARE | {"percentage": -1}]}),
        ("rules", {"rules": [SHARE | {"split": [{"variant": "maybe", "weight": 1}]}]}),
        ("rules", {"rules": [SHARE | {"segments": ["nobody"]}]}),
        ("rules", {"rules": "everyone"}),
        ("expected_revision", {"expected_revision": 7}),
    ],
)
def test_set_exposure__bad_input__names_the_field_and_changes_nothing(
    feature: Feature, field: str, asked: dict[str, Any]
) -> None:
    before = counts()
    with pytest.raises(Refusal) as refused:
        expose(**asked)
    assert list(refused.value.errors) == [field]
    assert counts() == before


def test_set_exposure__same_origin_twice__takes_effect_once(feature: Feature) -> None:
    first = expose(origin="rollout:1:step:0")
    before = counts()
    again = expose(origin="rollout:1:step:0", rules=[SHARE | {"percentage": 50}])
    assert again == first
    assert counts() == before


def test_go_back__to_the_first__content_of_the_first_under_a_new_number(feature: Feature) -> None:
    expose()
    back = perform(
        BY, changes.RevertToggle(feature="new-checkout", environment="production", revision=1)
    )
    assert (back.number, back.enabled, back.rules) == (3, False, [])


def test_set_segment__same_again__changes_nothing(feature: Feature) -> None:
    asked: dict[str, Any] = {
        "key": "beta-users",
        "name": "Beta users",
        "constraints": [{"field": "group", "operator": "IN", "values": ["beta"]}],
    }
    perform(BY, changes.SetSegment(**asked))
    before = counts()
    perform(BY, changes.SetSegment(**asked))
    assert counts() == before


def test_set_segment__bad_constraint__names_the_field(feature: Feature) -> None:
    with pytest.raises(Invalid) as refused:
        perform(BY, changes.SetSegment(key="beta", name="Beta", constraints=[{"operator": "IN"}]))
    assert list(refused.value.errors) == ["constraints"]


def test_mark_carried__every_environment__gets_a_change(feature: Feature) -> None:
    perform(BY, changes.MarkCarried(feature="new-checkout"))
    for environment in ("development", "staging", "production"):
        assert reads.snapshot(environment)["features"]["new-checkout"]["carried"] is True
        assert reads.last_number(environment) == 2


@pytest.mark.django_db(transaction=True)
def test_snapshot__after_changes__holds_the_last_number(transactional_db: None) -> None:
    ensure_environments()
    perform(BY, CreateTeam(key="payments-team", name="Payments"))
    perform(
        BY, changes.CreateFeature(key="new-checkout", name="New checkout", owner="payments-team")
    )
    expose()
    seen = reads.snapshot("production")
    assert seen["number"] == reads.last_number("production") == 2
    assert seen["features"]["new-checkout"]["rules"] == [SHARE]
