"""The saga on a real database and a mesh that is a file: all the way up, and back down."""

from __future__ import annotations

from governance.models import AuditEntry
from governance.reads import first_broken_entry
from rollouts.models import Rollout, RolloutState
from rollouts.overtaking import current_revision
from routing.models import Route
from tests.rollouts.conftest import Start
from tests.rollouts.world import World
from tests.routing.fake_router import FakeRouter


def ledger(rollout: Rollout) -> list[str]:
    return list(rollout.effects.values_list("name", flat=True))


UP = [
    *("want:payments", "routes:payments", "want:cart", "routes:cart", "want:web", "routes:web"),
    *("verified:payments", "verified:cart", "verified:web"),
]


def test_advance__healthy__routes_then_steps_then_completed(
    start: Start, router: FakeRouter
) -> None:
    rollout = World(start().id, router).run()
    assert rollout.state == RolloutState.COMPLETED
    steps = [name for n in range(3) for name in (f"expose:{n}", f"baked:{n}")]
    assert ledger(rollout) == UP + steps
    now = current_revision(rollout)
    assert (now.enabled, [r["percentage"] for r in now.rules]) == (True, [100, 100])
    assert router.state()["writes"] == [[s, ["v2"]] for s in ("payments", "cart", "web")]


def test_advance__broken_version__toggle_back_before_routes(
    start: Start, router: FakeRouter
) -> None:
    rollout = World(start().id, router, broken="cart").run()
    assert rollout.state == RolloutState.ROLLED_BACK
    assert rollout.why.startswith("cart v2 failed")
    down = ["back:toggle", "drained"]
    for service in ("web", "cart", "payments"):
        down += [f"unwant:{service}", f"unroute:{service}"]
    assert ledger(rollout) == [*UP, "expose:0", *down]
    assert not current_revision(rollout).enabled
    assert not Route.objects.filter(wanted=True).exists()
    assert router.state()["writes"][3:] == [[s, []] for s in ("web", "cart", "payments")]
    told = [e.detail["effect"] for e in AuditEntry.objects.filter(action="rollout.effect")]
    assert told == ledger(rollout)
    assert first_broken_entry() is None
