"""What is seen of a rollout, and the kinds of move that may follow. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rollouts.gate import Judgement
from rollouts.policy import GatePolicy
from routing.reads import RoutePlan

TICK = 1.0  # seconds between two looks at the proxies' counts


class Kind(StrEnum):
    WANT = "want"  # the database wants the route
    ROUTES = "routes"  # the mesh is given the routes of a service
    VERIFIED = "verified"  # the mesh acts on them
    READY = "ready"  # all routes are in place
    EXPOSE = "expose"  # the toggle gets the step's exposure
    WATCH = "watch"  # sample the proxies' counts
    BAKED = "baked"  # the step has passed
    GO_BACK = "go-back"  # begin to take everything back
    HOLD = "hold"  # pause by itself, a person must look
    BACK = "back"  # the toggle goes back
    DRAINED = "drained"  # nobody meets the new version any more
    UNWANT = "unwant"
    UNROUTE = "unroute"
    KEPT = "kept"  # somebody else holds the toggle: leave it, and what it needs
    FINISH = "finish"
    REST = "rest"  # nothing to do for `wait` seconds


@dataclass(frozen=True, slots=True)
class Move:
    kind: Kind
    subject: str = ""
    why: str = ""
    wait: float = TICK

    @property
    def name(self) -> str:
        """The name in the ledger, such as `routes:cart`."""
        return f"{self.kind}:{self.subject}" if self.subject else str(self.kind)


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of a rollout at one moment."""

    now: datetime
    state: str
    state_since: datetime
    why: str
    cause: str
    position: int
    bake: timedelta
    exposed_at: datetime | None  # of the present step
    routes: Sequence[RoutePlan]
    done: Mapping[str, datetime]  # the ledger
    overtaken: str  # a sentence when somebody else changed the toggle
    given: bool  # the toggle as it is gives the variant to somebody
    sampled_at: datetime | None
    judgement: Judgement | None
    still_for: float  # seconds without a request to the new versions since the toggle went back
    policy: GatePolicy

    @property
    def exposed(self) -> bool:
        """Whether this rollout has exposed anything at all."""
        return any(name.startswith(Kind.EXPOSE) for name in self.done)

    @property
    def taken_back(self) -> Sequence[RoutePlan]:
        """The routes to take back, consumer first; those wanted before the rollout stay."""
        return [route for route in reversed(self.routes) if not route.wanted_before]
