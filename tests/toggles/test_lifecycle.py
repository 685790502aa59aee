"""Archive, restore, delete, variants, owners: what each change refuses and what it tells."""

from __future__ import annotations

import pytest

from accounts.changes import CreateTeam
from accounts.models import Environment, EnvironmentRole, Membership, Team, User
from accounts.principals import principal_of
from governance.authorship import Authorship
from governance.changes import Change, perform
from governance.history import current_revision
from governance.refusals import Conflict, NotAllowed, NotFound, Refusal
from governance.reverting import Revert
from rollouts import changes as rollouts
from rollouts.models import Rollout, RolloutState
from tests.api.conftest import mesh  # noqa: F401 - a fixture
from tests.routing.shop import BY, FEATURE, PRODUCTION, open_shop
from togglemesh.engine import Engine, Exposure, Reason
from toggles import changes
from toggles.models import Feature
from toggles.reads import changes_after, get_feature, get_segment, last_number, snapshot
from toggles.states import feature_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mesh")]
VARIANTS = {"off": {"value": 0}, "on": {"value": 1}, "blue": {"value": 2}}


@pytest.fixture(autouse=True)
def shop(environments: dict[str, Environment], team: Team) -> None:
    open_shop()


def do(change: Change[object], user: User | None = None) -> object:
    by = BY if user is None else Authorship(principal_of(User.objects.get(pk=user.pk)), "why")
    return perform(by, change)


def refused(change: Change[object], kind: type[Refusal] = Conflict) -> str:
    with pytest.raises(kind) as caught:
        do(change)
    return str(caught.value)


def make_dependent(*variants: str) -> None:
    do(changes.CreateFeature(key="cart", name="Cart", owner="shop"))
    needed = {"feature": FEATURE, **({"variants": list(variants)} if variants else {})}
    options = {"prerequisites": [needed]}
    do(changes.SetExposure("cart", PRODUCTION, Exposure.of(enabled=True, options=options)))


def test_archive__active_feature__running_sdks_hear_that_it_is_gone_and_that_it_is_back() -> None:
    engine = Engine.from_snapshot(snapshot(PRODUCTION))
    number = last_number(PRODUCTION)
    do(changes.ArchiveFeature(FEATURE))
    told = changes_after(PRODUCTION, number)
    assert [(one["kind"], one["key"]) for one in told] == [("feature-removed", FEATURE)]
    engine.apply(told[0])
    assert engine.decide(FEATURE, {}).reason == Reason.NOT_FOUND
    assert FEATURE not in snapshot(PRODUCTION)["features"]
    do(changes.RestoreFeature(FEATURE))
    engine.apply(changes_after(PRODUCTION, told[0]["number"])[0])
    assert engine.decide(FEATURE, {}).variant == "off"


def test_archive__another_feature_requires_it__refused_naming_that() -> None:
    make_dependent()
    assert "the feature cart in production" in refused(changes.ArchiveFeature(FEATURE))


def test_archive__rollout_under_way__refused_naming_it_until_it_has_ended() -> None:
    steps = [{"segment": "beta-users"}]
    started = perform(BY, rollouts.StartRollout(FEATURE, PRODUCTION, "on", steps))
    assert f"the rollout of {FEATURE} in production" in refused(changes.ArchiveFeature(FEATURE))
    assert "the rollout of" in refused(changes.DeleteSegment("beta-users"))
    Rollout.objects.filter(pk=started.pk).update(state=RolloutState.COMPLETED)
    do(changes.ArchiveFeature(FEATURE))


def test_restore__what_it_requires_is_gone__refused_naming_it() -> None:
    make_dependent()
    do(changes.ArchiveFeature("cart"))
    do(changes.ArchiveFeature(FEATURE))
    with pytest.raises(Refusal, match=FEATURE):
        do(changes.RestoreFeature("cart"))
    do(changes.RestoreFeature(FEATURE))
    do(changes.RestoreFeature("cart"))


def test_delete__archived_with_a_rollout_of_old__is_gone_with_all_that_was_its_own() -> None:
    steps = [{"segment": "beta-users"}]
    started = perform(BY, rollouts.StartRollout(FEATURE, PRODUCTION, "on", steps))
    Rollout.objects.filter(pk=started.pk).update(state=RolloutState.ABORTED)
    assert "archive it first" in refused(changes.DeleteFeature(FEATURE))
    do(changes.ArchiveFeature(FEATURE))
    do(changes.DeleteFeature(FEATURE))
    assert not Feature.objects.filter(key=FEATURE).exists()
    assert not Rollout.objects.exists()
    do(changes.CreateFeature(key=FEATURE, name="Anew", owner="shop"))
    assert FEATURE in snapshot(PRODUCTION)["features"]


def test_change__archived_feature__refused_with_the_remedy() -> None:
    do(changes.ArchiveFeature(FEATURE))
    wanted = Exposure(enabled=True)
    for change in (
        changes.SetFeature(FEATURE, name="x"),
        changes.SwitchToggle(FEATURE, PRODUCTION, enabled=True),
        changes.SetExposure(FEATURE, PRODUCTION, wanted),
    ):
        assert "restore it first" in refused(change)


def test_variants__one_that_others_need__refused_naming_them() -> None:
    do(changes.SetVariants(FEATURE, VARIANTS, "off"))
    make_dependent("blue")
    without_blue = {name: VARIANTS[name] for name in ("off", "on")}
    told = refused(changes.SetVariants(FEATURE, without_blue, "off"))
    assert "cart in production requires the variant 'blue'" in told
    without_on = {name: VARIANTS[name] for name in ("off", "blue")}
    assert "the route of on at cart in production" in refused(
        changes.SetVariants(FEATURE, without_on, "off")
    )


def test_variants__new_values__every_environment_is_told_and_revert_takes_them_back() -> None:
    before, first = feature_state(get_feature(FEATURE)), current_revision(f"feature:{FEATURE}")
    do(changes.SetVariants(FEATURE, VARIANTS, "off"))
    assert snapshot("staging")["features"][FEATURE]["variants"] == VARIANTS
    do(Revert(f"feature:{FEATURE}", first))
    assert feature_state(get_feature(FEATURE)) == before
    assert snapshot("staging")["features"][FEATURE]["variants"] == before["variants"]


def test_revert__feature_archived_since__is_active_again_as_it_was() -> None:
    before, first = feature_state(get_feature(FEATURE)), current_revision(f"feature:{FEATURE}")
    do(changes.SetFeature(FEATURE, name="Other", tags=["web"]))
    do(changes.ArchiveFeature(FEATURE))
    do(Revert(f"feature:{FEATURE}", first))
    assert feature_state(get_feature(FEATURE)) == before
    assert FEATURE in snapshot(PRODUCTION)["features"]


def test_revert__to_when_it_was_archived__refused_while_another_requires_it() -> None:
    do(changes.ArchiveFeature(FEATURE))
    archived = current_revision(f"feature:{FEATURE}")
    do(changes.RestoreFeature(FEATURE))
    make_dependent()
    assert "cart" in refused(Revert(f"feature:{FEATURE}", archived))


def test_revert__deleted_segment__is_there_again_for_sdks_too() -> None:
    document = snapshot(PRODUCTION)["segments"]["beta-users"]
    first = current_revision("segment:beta-users")
    do(changes.DeleteSegment("beta-users"))
    assert "beta-users" not in snapshot(PRODUCTION)["segments"]
    do(Revert("segment:beta-users", first))
    assert snapshot(PRODUCTION)["segments"]["beta-users"] == document
    assert get_segment("beta-users").owner is not None


def test_delete_segment__exposure_asks_for_it__refused_naming_the_feature() -> None:
    rule = {"id": "beta", "segments": ["beta-users"], "split": [{"variant": "on", "weight": 1}]}
    do(changes.SetExposure(FEATURE, PRODUCTION, Exposure.of(enabled=True, rules=[rule])))
    told = refused(changes.DeleteSegment("beta-users"))
    assert f"the feature {FEATURE} in production" in told


@pytest.mark.parametrize(
    "change",
    [
        changes.SetFeature(FEATURE, name="x", expected_revision=0),
        changes.SetVariants(FEATURE, VARIANTS, "off", expected_revision=0),
        changes.ArchiveFeature(FEATURE, expected_revision=0),
        changes.SetSegment("beta-users", "x", [], expected_revision=0),
        changes.DeleteSegment("beta-users", expected_revision=0),
        Revert(f"feature:{FEATURE}", 1, expected_revision=0),
    ],
    ids=lambda change: type(change).__name__,
)
def test_expected_revision__somebody_was_faster__the_later_one_is_told_who(
    change: Change[object],
) -> None:
    assert "ada changed it (because)" in refused(change)


def test_owner__given_to_another_team__takes_an_owner_here_and_an_editor_there(
    owner: User, editor: User
) -> None:
    do(CreateTeam(key="garden", name="Garden"))
    give = changes.SetFeature(FEATURE, owner="garden")
    for person in (owner, editor):
        with pytest.raises(NotAllowed):
            do(give, person)
        Membership.objects.create(team=Team.objects.get(key="garden"), user=person, role="editor")
    with pytest.raises(NotAllowed):
        do(give, editor)
    do(give, owner)
    assert get_feature(FEATURE).owner.key == "garden"
    with pytest.raises(NotAllowed):
        do(Revert(f"feature:{FEATURE}", 1), owner)  # an editor there may not give it back
    assert refused(changes.SetFeature(FEATURE, owner="nobody"), NotFound)


def test_editor__only_a_viewer_in_production__changes_nothing_that_production_feels(
    editor: User,
) -> None:
    EnvironmentRole.objects.create(
        membership=Membership.objects.get(user=editor),
        environment=Environment.objects.get(key=PRODUCTION),
        role="viewer",
    )
    for change in (
        changes.SwitchToggle(FEATURE, PRODUCTION, enabled=True),
        changes.ArchiveFeature(FEATURE),
        changes.SetVariants(FEATURE, VARIANTS, "off"),
        changes.SetFeature(FEATURE, client_side=True),
        changes.SetSegment("beta-users", "x", []),
    ):
        with pytest.raises(NotAllowed):
            do(change, editor)
    do(changes.SwitchToggle(FEATURE, "staging", enabled=True), editor)
    do(changes.SetFeature(FEATURE, name="Newer"), editor)
