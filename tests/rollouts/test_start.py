"""Start a rollout: everything that is wrong is refused, naming the field, and nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from events.models import OutboxEvent
from governance.changes import perform
from governance.models import AuditEntry
from governance.refusals import Conflict, Invalid, NotFound, Refusal
from rollouts.models import Rollout, RolloutState
from routing.reads import inject_router
from tests.rollouts.conftest import Start
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter
from tests.routing.shop import BY, FEATURE, PRODUCTION
from togglemesh.engine import Exposure
from toggles.changes import SetExposure
from toggles.models import Toggle


def written() -> list[int]:
    return [m.objects.count() for m in (Rollout, AuditEntry, OutboxEvent)]


def test_start__all_well__is_due_at_once_and_told(start: Start) -> None:
    rollout = start()
    assert rollout.state == RolloutState.PREPARING
    assert [r["service"] for r in rollout.routes] == ["payments", "cart", "web"]
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.author) == ("rollout.started", "ada")
    assert OutboxEvent.objects.latest("id").key == FEATURE


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"feature": "unknown"}, NotFound, "feature"),
        ({"environment": "mars"}, NotFound, "environment"),
        ({"variant": "purple"}, Invalid, "variant"),
        ({"variant": "off"}, Invalid, "variant"),
        ({"steps": []}, Invalid, "steps"),
        ({"steps": [{"percentage": 101}]}, Invalid, "steps"),
        ({"steps": [{"segment": "unknown"}]}, NotFound, "segment"),
        ({"gate": {"speed": 1}}, Invalid, "gate"),
    ],
)
def test_start__bad_input__refused_by_field_and_nothing_changed(
    start: Start, changes: dict[str, Any], kind: type[Refusal], field: str
) -> None:
    before = written()
    with pytest.raises(kind) as refused:
        start(**changes)
    assert list(refused.value.errors) == [field]
    assert written() == before


def test_start__second_of_one_toggle__conflict_naming_the_feature(start: Start) -> None:
    start()
    before = written()
    with pytest.raises(Conflict) as refused:
        start()
    assert list(refused.value.errors) == ["feature"]
    assert written() == before


def test_start__after_the_first_has_ended__is_fine(start: Start, router: FakeRouter) -> None:
    World(start().id, router, broken="cart").run()
    assert start().state == RolloutState.PREPARING


def test_start__version_without_ready_endpoints__conflict(start: Start, router: FakeRouter) -> None:
    router.change(not_ready=["cart v2"])
    with pytest.raises(Conflict, match="cart v2 has no ready endpoints in production"):
        start()
    assert not Rollout.objects.exists()


def test_start__mesh_down__conflict_that_says_so(start: Start, router: FakeRouter) -> None:
    router.change(down=True)
    with pytest.raises(Conflict, match="cannot be asked right now"):
        start()


def test_start__routes_but_no_mesh__conflict_naming_the_environment(start: Start) -> None:
    inject_router(PRODUCTION, None)
    with pytest.raises(Conflict) as refused:
        start()
    assert list(refused.value.errors) == ["environment"]


def test_start__everyone_has_it__refused(start: Start) -> None:
    share = {
        "id": "share",
        "segments": [],
        "constraints": [],
        "percentage": 100,
        "stickiness": "default",
        "split": [{"variant": "on", "weight": 1}],
    }
    perform(
        BY,
        SetExposure(
            feature=FEATURE,
            environment=PRODUCTION,
            exposure=Exposure.of(enabled=True, rules=[share]),
            keep_options=True,
        ),
    )
    with pytest.raises(Invalid) as refused:
        start()
    assert list(refused.value.errors) == ["steps"]


def test_start__environment_without_routes__rolls_out_by_toggle_alone(
    start: Start, router: FakeRouter
) -> None:
    rollout = World(start(environment="staging").id, router).run()
    assert rollout.state == RolloutState.COMPLETED
    assert [n for n in rollout.effects.values_list("name", flat=True) if "routes" in n] == []
    assert router.state()["writes"] == []


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"targeting": {"if": [True, "on", "off"]}}, "targeting"),
        ({"schedule": [{"at": "2031-01-01T00:00:00Z", "enabled": True}]}, "schedule"),
    ],
)
def test_start__exposure_with_what_a_rollout_cannot_move__refused_by_its_name(
    start: Start, more: dict[str, Any], named: str
) -> None:
    perform(
        BY,
        SetExposure(
            feature=FEATURE,
            environment=PRODUCTION,
            exposure=Exposure.of(enabled=True, rules=[], options=more),
        ),
    )
    before = written()
    with pytest.raises(Conflict, match=named):
        start()
    assert written() == before


def test_rollout__exposure_with_a_deny_list__keeps_it_to_the_end(
    start: Start, router: FakeRouter
) -> None:
    lists = {"lists": [{"id": "deny", "ids": ["eve"], "variant": "off"}]}
    perform(
        BY,
        SetExposure(
            feature=FEATURE,
            environment=PRODUCTION,
            exposure=Exposure.of(enabled=False, rules=[], options=lists),
        ),
    )
    rollout = World(start().id, router).run()
    assert rollout.state == RolloutState.COMPLETED
    current = Toggle.objects.get(feature__key=FEATURE, environment__key=PRODUCTION).current
    assert current is not None
    assert (current.enabled, current.more) == (True, lists)
