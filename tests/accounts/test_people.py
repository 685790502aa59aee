"""People, teams and members: who may change them, and what holds them in place."""

from __future__ import annotations

import pytest

from accounts.changes import (
    CreateServiceToken,
    CreateTeam,
    CreateUser,
    DeleteTeam,
    DeleteUser,
    RemoveMember,
    SetMember,
    SetTeam,
    SetUser,
)
from accounts.models import Environment, Membership, Team, User
from accounts.principals import principal_of
from governance.changes import perform
from governance.history import revisions_of
from governance.models import AuditEntry
from governance.policy import InTeam, may
from governance.principals import Right, Role
from governance.refusals import Conflict, Invalid, NotAllowed
from governance.reverting import Revert
from tests.accounts.conftest import as_person
from tests.routing.shop import BY
from toggles.changes import CreateFeature

PASSWORD = "a long test password"


def test_create_user__good_password__signs_in_and_the_audit_log_does_not_know_it(db: None) -> None:
    perform(BY, CreateUser("nina", PASSWORD, name="Nina", email="nina@shop.example"))
    assert User.objects.get(username="nina").check_password(PASSWORD)
    entry = AuditEntry.objects.get(subject="user:nina")
    assert entry.detail["after"]["name"] == "Nina"
    assert PASSWORD not in str(entry.detail)
    assert "password" not in str(entry.detail)


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("nina", "short", "password"),
        ("nina-of-the-shop", "nina-of-the-shop", "password"),
        ("ni na", PASSWORD, "username"),
        ("token:ci", PASSWORD, "username"),
        ("togglemesh", PASSWORD, "username"),
        ("", PASSWORD, "username"),
    ],
)
def test_create_user__what_cannot_be_used__refused_by_field(
    db: None, username: str, password: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        perform(BY, CreateUser(username, password))
    assert list(refused.value.errors) == [field]


def test_create_user__same_name_in_other_letters__refused(db: None) -> None:
    perform(BY, CreateUser("nina", PASSWORD))
    with pytest.raises(Conflict):
        perform(BY, CreateUser("Nina", PASSWORD))


def test_change_of_people__right_over_people__stops_short_of_administrators(
    outsider: User, administrator: User
) -> None:
    outsider.rights = [Right.PEOPLE]
    outsider.save()
    by = as_person(outsider)
    perform(by, CreateUser("nina", PASSWORD))
    for change in (
        CreateUser("nora", PASSWORD, administrator=True),
        CreateUser("nora", PASSWORD, rights=["keys"]),
        SetUser("nina", administrator=True),
        SetUser("otto", rights=list(Right)),
        SetUser("ada", password=PASSWORD),
        SetUser("ada", active=False),
        DeleteUser("ada"),
    ):
        with pytest.raises(NotAllowed):
            perform(by, change)


def test_last_administrator__deactivated_demoted_or_deleted__refused(administrator: User) -> None:
    for change in (
        SetUser("ada", active=False),
        SetUser("ada", administrator=False),
        DeleteUser("ada"),
    ):
        with pytest.raises(Conflict) as refused:
            perform(BY, change)
        assert "last administrator" in str(refused.value)
    User.objects.create_superuser("alma")
    perform(BY, SetUser("ada", administrator=False))


def test_delete_user__oneself__refused(administrator: User) -> None:
    User.objects.create_superuser("alma")
    with pytest.raises(Conflict):
        perform(as_person(administrator), DeleteUser("ada"))


def test_set_user__own_name__changed_and_can_be_undone(outsider: User) -> None:
    by = as_person(outsider)
    perform(by, SetUser("otto", name="Otto"))
    with pytest.raises(NotAllowed):
        perform(by, SetUser("otto", active=False))
    with pytest.raises(Conflict):
        perform(by, SetUser("otto", name="Ottokar", expected_revision=7))
    perform(BY, SetUser("otto", name="O."))
    perform(BY, Revert("user:otto", 1))
    assert User.objects.get(username="otto").get_full_name() == "Otto"


def test_set_member__narrowed_in_production__may_change_elsewhere_only(
    environments: dict[str, Environment], editor: User
) -> None:
    perform(BY, SetMember("shop", "edgar", "editor", {"production": "viewer"}))
    who = principal_of(editor)
    assert may(who, InTeam(Role.EDITOR, "shop", "staging"))
    assert not may(who, InTeam(Role.EDITOR, "shop", "production"))
    perform(BY, SetMember("shop", "edgar", "editor", {"production": None}))
    assert not may(principal_of(editor), InTeam(Role.VIEWER, "shop", "production"))
    perform(BY, Revert("member:shop/edgar", 1))
    assert may(principal_of(editor), InTeam(Role.VIEWER, "shop", "production"))


def test_set_member__another_role__narrower_roles_below_it_stay(
    environments: dict[str, Environment], editor: User
) -> None:
    narrowed = {"production": "viewer", "staging": None}
    perform(BY, SetMember("shop", "edgar", "editor", narrowed))
    perform(BY, SetMember("shop", "edgar", "viewer"))
    assert revisions_of("member:shop/edgar")[0].after == {
        "role": "viewer",
        "environments": {"staging": None},
    }


def test_set_member__wider_in_an_environment__refused_by_field(
    environments: dict[str, Environment], editor: User
) -> None:
    with pytest.raises(Invalid) as refused:
        perform(BY, SetMember("shop", "edgar", "editor", {"staging": "owner"}))
    assert list(refused.value.errors) == ["environments.staging"]


def test_set_member__owner_who_is_narrowed__cannot_widen_themselves(
    environments: dict[str, Environment], owner: User
) -> None:
    perform(BY, SetMember("shop", "olga", "owner", {"production": "viewer"}))
    with pytest.raises(NotAllowed):
        perform(as_person(owner), SetMember("shop", "olga", "owner", {}))


def test_remove_member__of_the_team__has_no_role_any_more(owner: User, editor: User) -> None:
    perform(as_person(owner), RemoveMember("shop", "edgar"))
    assert not Membership.objects.filter(user=editor).exists()
    assert revisions_of("member:shop/edgar")[0].before["role"] == "editor"


def test_delete_team__owns_something__refused_naming_it(team: Team, owner: User) -> None:
    perform(BY, CreateFeature("new-cart", "New cart", "shop"))
    perform(BY, CreateServiceToken("ci", {"shop": "editor"}))
    with pytest.raises(Conflict) as refused:
        perform(BY, DeleteTeam("shop"))
    assert "the feature new-cart" in str(refused.value)
    assert "the service token ci" in str(refused.value)


def test_delete_team__owns_nothing__gone_with_its_roles_and_can_come_back(
    team: Team, owner: User
) -> None:
    perform(BY, SetTeam("shop", "The shop"))
    perform(BY, DeleteTeam("shop"))
    assert not Team.objects.exists()
    assert revisions_of("member:shop/olga")[0].after is None
    perform(BY, Revert("team:shop", 1))
    assert Team.objects.get().name == "The shop"
    perform(BY, CreateTeam("shop", "Another"))
    assert Team.objects.get().name == "The shop"
