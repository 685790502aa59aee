"""The order of things, whatever the ledger says: a pure decision, tried with any view of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.backoff import LONGEST, LONGEST_DOWN, wait_seconds
from rollouts.gate import Judgement, Outcome
from rollouts.models import FINISHED, RolloutState
from rollouts.moves import next_move
from rollouts.policy import GatePolicy
from rollouts.rules import ACTIONS, MOVES, may_move, why_not
from rollouts.view import Kind, View
from routing.reads import RoutePlan

S = RolloutState
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SERVICES = ("payments", "cart", "web")
PER_SERVICE = (Kind.WANT, Kind.ROUTES, Kind.VERIFIED, Kind.UNWANT, Kind.UNROUTE)
LEDGER = [f"{kind}:{service}" for kind in PER_SERVICE for service in SERVICES] + [
    *("expose:0", "baked:0", "expose:1", "back:toggle", "drained", "kept"),
]


@st.composite
def views(draw: st.DrawFn, *states: str) -> View:
    """Any view, also those that cannot come about."""
    routes = [
        RoutePlan(service, "v2", "v1", draw(st.booleans()))
        for service in draw(st.sampled_from([(), SERVICES]))
    ]
    ago = st.integers(0, 100).map(lambda seconds: NOW - timedelta(seconds=seconds))
    return View(
        now=NOW,
        state=draw(st.sampled_from(states)),
        state_since=draw(ago),
        why="",
        cause="",
        position=1,
        bake=timedelta(seconds=draw(st.integers(1, 60))),
        exposed_at=draw(ago),
        routes=routes,
        done={name: draw(ago) for name in draw(st.sets(st.sampled_from(LEDGER)))},
        overtaken=draw(st.sampled_from(["", "bob changed the toggle."])),
        given=draw(st.booleans()),
        sampled_at=draw(st.none() | ago),
        judgement=Judgement(draw(st.sampled_from(Outcome)), "because"),
        still_for=draw(st.floats(0, 20)),
        policy=GatePolicy(on_no_traffic=draw(st.sampled_from(["proceed", "hold"]))),
    )


@given(views(S.COMPENSATING))
def test_next_move__way_down__no_route_goes_before_the_toggle_is_back(view: View) -> None:
    move = next_move(view)
    if move.kind in (Kind.DRAINED, Kind.UNWANT, Kind.UNROUTE) and view.exposed:
        assert "back:toggle" in view.done
    if move.kind == Kind.UNROUTE:
        assert f"unwant:{move.subject}" in view.done


@given(views(S.COMPENSATING))
def test_next_move__way_down__is_not_over_before_every_route_is_back(view: View) -> None:
    if next_move(view).kind == Kind.FINISH and "kept" not in view.done:
        new = [route.service for route in view.routes if not route.wanted_before]
        assert {f"unroute:{service}" for service in new} <= view.done.keys()
        assert not view.exposed or "back:toggle" in view.done


@given(views(S.COMPENSATING))
def test_next_move__way_down__routes_wanted_before_stay(view: View) -> None:
    move = next_move(view)
    stay = [route.service for route in view.routes if route.wanted_before]
    assert move.kind not in (Kind.UNWANT, Kind.UNROUTE) or move.subject not in stay


@given(views(S.PREPARING))
def test_next_move__way_up__nothing_is_exposed_before_all_routes_are_verified(view: View) -> None:
    move = next_move(view)
    assert move.kind not in (Kind.EXPOSE, Kind.BAKED)
    if move.kind == Kind.READY:
        wanted = {f"{k}:{r.service}" for r in view.routes for k in PER_SERVICE[:3]}
        assert wanted <= view.done.keys()


@given(views(S.PREPARING, S.EXPOSING, S.BAKING, S.PAUSED))
def test_next_move__somebody_else_holds_the_toggle__nothing_is_changed(view: View) -> None:
    if view.overtaken:
        assert next_move(view).kind in (Kind.HOLD, Kind.REST)


@given(views(S.BAKING))
def test_next_move__baking__goes_on_only_after_the_bake_and_with_counts(view: View) -> None:
    assert view.judgement
    assert view.exposed_at
    if next_move(view).kind == Kind.BAKED:
        assert view.judgement.outcome in (Outcome.PASSED, Outcome.FEW)
        assert view.now - view.exposed_at >= view.bake


@given(views(S.BAKING, S.PAUSED))
def test_next_move__gate_fails_while_watched__goes_back(view: View) -> None:
    watched = view.routes and view.exposed and not view.overtaken
    fresh = view.sampled_at == NOW
    if watched and fresh and view.judgement and view.judgement.outcome == Outcome.FAILED:
        assert next_move(view).kind == Kind.GO_BACK


def test_moves__every_state__is_in_the_table_and_ends_have_no_way_out() -> None:
    assert set(MOVES) == set(S.values)
    assert all(not MOVES[state] for state in FINISHED)
    assert all(MOVES[state] for state in S.values if state not in FINISHED)


def test_may_move__taken_back__never_goes_up_again() -> None:
    assert not any(may_move(S.COMPENSATING, state) for state in (S.EXPOSING, S.BAKING, S.PAUSED))


@pytest.mark.parametrize("state", S.values)
@pytest.mark.parametrize("action", ACTIONS)
def test_why_not__any_state__is_silence_or_a_sentence(action: str, state: str) -> None:
    refusal = why_not(action, state, S.BAKING if state == S.PAUSED else "", "10 %")
    assert refusal == "" or refusal.endswith(".")


@given(st.integers(0, 10_000))
def test_wait_seconds__many_failures__stays_within_the_bound(attempts: int) -> None:
    assert 0.4 <= wait_seconds(attempts, S.PREPARING) <= LONGEST * 1.2
    assert 0.4 <= wait_seconds(attempts, S.COMPENSATING) <= LONGEST_DOWN * 1.2
