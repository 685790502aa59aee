"""Rollouts over the management API."""

from __future__ import annotations

from rollouts.models import Rollout
from tests.api.caller import Caller
from tests.api.endpoints import PLACE, WHY


def test_start_rollout__steps__answer_shows_where_it_stands(
    shop: object, as_editor: Caller
) -> None:
    steps = [{"segment": "beta-users", "bake_seconds": 5}, {"percentage": 10}]
    status, made = as_editor.post("rollouts", {**WHY, **PLACE, "steps": steps})
    assert (status, made["state"], made["author"]) == (201, "preparing", "edgar")
    assert [step["title"] for step in made["steps"]] == ["beta-users", "10 %"]
    assert [s["service"] for s in made["services"]] == ["payments", "cart", "web"]
    assert [r["id"] for r in as_editor.items("rollouts?feature=new-checkout")] == [made["id"]]
    assert as_editor.items("rollouts?environment=staging") == []


def test_pause_and_resume__under_way__state_and_reason_are_kept(
    rollout: Rollout, as_editor: Caller
) -> None:
    path = f"rollouts/{rollout.pk}"
    paused = as_editor.post(f"{path}/pause", {"reason": "lunch"})[1]
    assert (paused["state"], paused["why"]) == ("paused", "Paused by edgar: lunch")
    assert as_editor.post(f"{path}/resume", {"reason": "back"})[1]["state"] == "preparing"


def test_abort__under_way__is_being_taken_back(rollout: Rollout, as_editor: Caller) -> None:
    status, found = as_editor.post(f"rollouts/{rollout.pk}/abort", {"reason": "wrong week"})
    assert (status, found["state"]) == (200, "compensating")
    assert "wrong week" in found["why"]
    allowed = {action["name"]: action["allowed"] for action in found["actions"]}
    assert not any(allowed.values())
