"""Which state may follow which, and what a person may do when. Pure."""

from __future__ import annotations

from rollouts.models import FINISHED, RolloutState

S = RolloutState

MOVES: dict[str, frozenset[str]] = {
    S.PREPARING: frozenset({S.EXPOSING, S.PAUSED, S.COMPENSATING}),
    S.EXPOSING: frozenset({S.BAKING, S.PAUSED, S.COMPENSATING}),
    S.BAKING: frozenset({S.EXPOSING, S.COMPLETED, S.PAUSED, S.COMPENSATING}),
    S.PAUSED: frozenset({S.PREPARING, S.EXPOSING, S.BAKING, S.COMPLETED, S.COMPENSATING}),
    S.COMPENSATING: frozenset({S.ROLLED_BACK, S.ABORTED}),
    S.COMPLETED: frozenset(),
    S.ROLLED_BACK: frozenset(),
    S.ABORTED: frozenset(),
}

ACTIONS = ("pause", "resume", "promote", "abort")


def may_move(before: str, after: str) -> bool:
    """Whether a rollout may go from one state to the other."""
    return after in MOVES[before]


def why_not(action: str, state: str, paused_from: str, title: str) -> str:
    """Why a person may not do it in this state; empty when they may. `title` names the step."""
    if state in FINISHED:
        return f"The rollout has ended: it is {state}."
    if state == S.COMPENSATING:
        return "The rollout is being taken back already; that runs to its end."
    if action == "pause" and state == S.PAUSED:
        return "The rollout is paused already."
    if action == "resume" and state != S.PAUSED:
        return f"The rollout is not paused: it is {state}."
    if action == "promote" and S.BAKING not in (state, paused_from):
        return f"Only a bake can be skipped, and {title} has not begun to bake."
    return ""
