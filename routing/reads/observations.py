"""What pages show of versions: ready, not ready, or not known; the same for all who look.

A page never waits for the mesh, so nobody can tell by its time what is behind an endpoint: it
shows what was seen last, and asks for a new look when that is old. A look is shown no sooner than
a fixed time after it began.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

from routing.routers.base import Router, RouterRefused, RouterUnavailable, ServicePlan

log = logging.getLogger(__name__)
AT_ONCE = 2
FRESH = 5.0  # seconds until somebody who looks causes another look
SHOWN_AFTER = 1.0  # seconds; longer than a connection may take
LONGEST_QUEUE = 100
KEPT = 1000  # services


@dataclass(frozen=True, slots=True)
class Look:
    """By version whether it is ready; a version that is absent is not known."""

    began: float
    ready: Mapping[str, bool]


class Observations:
    """Looks at services, at most one at a time for each and few at once in all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="observation")
        self._shown: dict[Hashable, Look] = {}
        self._next: dict[Hashable, Look] = {}
        self._under_way: set[Hashable] = set()

    def of(self, router: Router, plan: ServicePlan) -> Mapping[str, bool]:
        """What was seen last of the plan's versions; nothing at first."""
        instances = tuple((v.version, tuple(v.endpoints)) for v in plan.versions)
        key, now = (router, plan.environment, plan.service, instances), monotonic()
        with self._lock:
            newer = self._next.get(key)
            if newer and now >= newer.began + SHOWN_AFTER:
                self._keep(key, self._next.pop(key))
            shown = self._shown.get(key)
            if self._is_due(key, shown, now):
                self._under_way.add(key)
                self._threads.submit(self._look, key, router, plan)
        return shown.ready if shown else {}

    def _keep(self, key: Hashable, look: Look) -> None:
        self._shown.pop(key, None)
        self._shown[key] = look
        while len(self._shown) > KEPT:
            del self._shown[next(iter(self._shown))]

    def _is_due(self, key: Hashable, shown: Look | None, now: float) -> bool:
        waits = key in self._under_way or key in self._next
        old = shown is None or now > shown.began + FRESH
        return old and not waits and len(self._under_way) + len(self._next) < LONGEST_QUEUE

    def _look(self, key: Hashable, router: Router, plan: ServicePlan) -> None:
        began = monotonic()
        ready = _ask(router, plan)
        with self._lock:
            self._under_way.discard(key)
            self._drop_unseen(began)
            self._next[key] = Look(began, ready)

    def _drop_unseen(self, now: float) -> None:
        """Looks that nobody came back for, or they would fill the queue."""
        for key in [k for k, look in self._next.items() if now > look.began + 12 * FRESH]:
            del self._next[key]


def _ask(router: Router, plan: ServicePlan) -> dict[str, bool]:
    try:
        counts = router.ready_endpoints(plan)
    except (RouterUnavailable, RouterRefused):
        return {}
    except Exception:
        log.exception("observation.router_fault")
        return {}
    return {version: bool(count) for version, count in counts.items()}


observations = Observations()
