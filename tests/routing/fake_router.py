"""A mesh that is a file: it outlives a killed process, and tests can break it.

It fulfils the same contract suite as the real routers (tests/routers/contract.py).
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from governance.refusals import Invalid
from routing.routers.base import (
    RouterRefused,
    RouterUnavailable,
    ServicePlan,
    Standing,
    Traffic,
    Verdict,
)

EMPTY: dict[str, Any] = {
    "services": {},  # what set_routes wrote: "<environment>/<service>" → baseline and matches
    "writes": [],  # every write, in order, for tests of order
    "traffic": {},  # service → version → [requests, errors]
    "not_ready": [],  # "<service> <version>" without ready endpoints
    "not_yet": [],  # services that verify answers NOT_YET for
    "down": False,
    "refuses": "",
}


class FakeRouter:
    """`settings` are `{"file": path}`. Test-only methods change the world behind it."""

    kind = "fake"

    def __init__(self, settings: Mapping[str, Any]) -> None:
        if "file" not in settings:
            raise Invalid(**{"settings.file": "Name the file that is the mesh."})
        self.file = Path(settings["file"])

    def ready_endpoints(self, plan: ServicePlan) -> Mapping[str, int]:
        with self._open() as state:
            return {
                v.version: 0 if f"{plan.service} {v.version}" in state["not_ready"] else 1
                for v in plan.versions
            }

    def set_routes(self, plan: ServicePlan) -> None:
        with self._open() as state:
            wanted = _content(plan)
            if state["services"].get(_key(plan)) == wanted:
                return
            state["services"][_key(plan)] = wanted
            state["writes"].append([plan.service, [m["version"] for m in wanted["matches"]]])

    def verify(self, plan: ServicePlan) -> Verdict:
        with self._open() as state:
            if state["services"].get(_key(plan)) != _content(plan):
                return Verdict(Standing.NOT_YET, "not written")
            if plan.service in state["not_yet"]:
                return Verdict(Standing.NOT_YET, "the proxies have not taken it up")
            return Verdict(Standing.IN_PLACE)

    def remove(self, plan: ServicePlan) -> None:
        with self._open() as state:
            state["services"].pop(_key(plan), None)

    def read_traffic(self, plan: ServicePlan) -> Mapping[str, Traffic]:
        with self._open() as state:
            counts = state["traffic"].get(plan.service, {})
            return {version: Traffic(*pair) for version, pair in counts.items()}

    # What tests do to the world.

    def change(self, **values: Any) -> None:
        """Set parts of the state, such as `down=True`."""
        with self._locked() as state:
            state.update(values)

    def add_traffic(self, service: str, version: str, requests: int, errors: int = 0) -> None:
        """Let the proxies count some requests."""
        with self._locked() as state:
            pair = state["traffic"].setdefault(service, {}).setdefault(version, [0, 0])
            pair[0], pair[1] = pair[0] + requests, pair[1] + errors

    def state(self) -> dict[str, Any]:
        """Everything, as it is in the file."""
        with self._locked() as state:
            return dict(state)

    @contextmanager
    def _open(self) -> Iterator[dict[str, Any]]:
        with self._locked() as state:
            if state["down"]:
                raise RouterUnavailable("the mesh is down")
            if state["refuses"]:
                raise RouterRefused(state["refuses"])
            yield state

    @contextmanager
    def _locked(self) -> Iterator[dict[str, Any]]:
        with self.file.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            state = json.loads(self.file.read_text()) if self.file.exists() else {}
            whole: dict[str, Any] = json.loads(json.dumps(EMPTY)) | state
            yield whole
            fresh = self.file.with_suffix(".new")
            fresh.write_text(json.dumps(whole))
            fresh.replace(self.file)


def _key(plan: ServicePlan) -> str:
    return f"{plan.environment}/{plan.service}"


def _content(plan: ServicePlan) -> dict[str, Any]:
    return {"baseline": plan.baseline, "matches": [asdict(match) for match in plan.matches]}
