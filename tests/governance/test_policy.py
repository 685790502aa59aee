"""Which principal may do what: the policy itself, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.policy import (
    EVERY,
    Administrator,
    AnyOf,
    InTeam,
    Looking,
    OfInstallation,
    Oneself,
    Permission,
    check_permission,
    in_words,
    may,
)
from governance.principals import Principal, PrincipalKind, Right, Role, Scope, rollout, system
from governance.refusals import NotAllowed

TEAMS, PLACES = ("shop", "search"), ("development", "production")
roles = st.sampled_from(list(Role))
teams = st.sampled_from(TEAMS)
places = st.sampled_from([None, EVERY, *PLACES])

permissions: st.SearchStrategy[Permission] = st.one_of(
    st.builds(InTeam, roles, teams, places),
    st.builds(OfInstallation, st.sampled_from(list(Right))),
    st.just(Administrator()),
    st.just(Looking()),
    st.builds(Oneself, st.sampled_from(["vera", "otto"])),
)
scopes = st.builds(
    Scope,
    st.none() | st.frozensets(teams),
    st.none() | st.frozensets(st.sampled_from(PLACES)),
    st.booleans(),
)
people = st.builds(
    Principal,
    st.just("vera"),
    st.just(PrincipalKind.PERSON),
    st.booleans(),
    st.frozensets(st.sampled_from(list(Right))),
    st.dictionaries(teams, roles),
    st.dictionaries(st.tuples(teams, st.sampled_from(PLACES)), st.none() | roles),
)


def person(**given: object) -> Principal:
    return Principal("vera", PrincipalKind.PERSON, **given)  # type: ignore[arg-type]


@given(people, permissions, scopes)
def test_may__a_scope__never_allows_what_was_not_allowed(
    who: Principal, permission: Permission, scope: Scope
) -> None:
    if may(replace(who, scope=scope), permission):
        assert may(who, permission)


@given(people, permissions)
def test_may__read_only_scope__nothing_but_looking(who: Principal, permission: Permission) -> None:
    reader = replace(who, scope=Scope(read_only=True))
    assert not may(reader, permission) or isinstance(permission, Looking)


@given(people, teams, places)
def test_may__a_higher_role__allows_all_that_a_lower_one_does(
    who: Principal, team: str, place: str | None
) -> None:
    allowed = [may(who, InTeam(role, team, place)) for role in Role]
    assert allowed == sorted(allowed, reverse=True)


@given(people, roles, teams)
def test_may__every_environment__only_who_may_in_each(
    who: Principal, role: Role, team: str
) -> None:
    if may(who, InTeam(role, team, EVERY)):
        assert all(may(who, InTeam(role, team, place)) for place in PLACES)


@given(permissions)
def test_may__nobody_in_particular__nothing(permission: Permission) -> None:
    assert not may(Principal("", PrincipalKind.PERSON), permission)


@given(permissions, st.sampled_from([system("command line"), rollout(7)]))
def test_may__our_own_code__everything(permission: Permission, who: Principal) -> None:
    assert may(who, permission)


def test_may__editor_narrowed_out_of_production__development_only() -> None:
    who = person(roles={"shop": Role.EDITOR}, narrowed={("shop", "production"): Role.VIEWER})
    asked = {place: may(who, InTeam(Role.EDITOR, "shop", place)) for place in (*PLACES, EVERY)}
    assert asked == {"development": True, "production": False, EVERY: False}
    assert may(who, InTeam(Role.EDITOR, "shop"))


def test_may__owner_of_some_team__nothing_that_belongs_to_the_installation() -> None:
    owner = person(roles={"shop": Role.OWNER})
    assert not any(may(owner, OfInstallation(right)) for right in Right)
    assert not may(owner, Administrator())


def test_may__token_bound_to_an_environment__nothing_of_the_installation() -> None:
    bound = replace(
        person(administrator=True), scope=Scope(environments=frozenset({"development"}))
    )
    assert not may(bound, OfInstallation(Right.MESHES))
    assert may(bound, InTeam(Role.EDITOR, "shop", "development"))
    assert not may(bound, InTeam(Role.EDITOR, "shop", "production"))
    assert not may(bound, InTeam(Role.EDITOR, "shop", EVERY))


def test_may__one_of_several__is_enough() -> None:
    either = AnyOf((InTeam(Role.OWNER, "shop"), OfInstallation(Right.PEOPLE)))
    assert may(person(rights=frozenset({Right.PEOPLE})), either)
    assert not may(person(roles={"shop": Role.EDITOR}), either)


@given(permissions)
def test_in_words__any_permission__a_sentence(permission: Permission) -> None:
    assert in_words(permission).endswith(".")


def test_check_permission__missing_one__names_it() -> None:
    needed = InTeam(Role.EDITOR, "shop", "production")
    with pytest.raises(NotAllowed) as refused:
        check_permission(person(), [needed])
    assert refused.value.needed == needed
    assert refused.value.errors == {
        "permission": "Only editors and owners of the team shop may change this in production."
    }
