"""The real Unleash Edge between us and Unleash's SDKs."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from controlplane.stack.freeports import free_port
from tests.clients import edge
from tests.conditions import eventually
from tests.evaluator.conftest import changing  # noqa: F401 - a fixture
from tests.evaluator.service import FEATURE, Service, expose, make_key
from tests.processes import Processes
from toggles import usage

MODES = {
    "polling": ["--strict"],
    "delta": ["--strict", "--delta"],
    "streaming": ["--strict", "--delta", "--streaming"],
    "learning": ["--dynamic"],
}
# It would take our variable for its own cache.
WITHOUT_VALKEY = ["env", "-u", "REDIS_URL"]


class Edge:
    """The relay, as SDKs see it."""

    def __init__(self, upstream: Service, *mode: str) -> None:
        self.upstream, self.mode, self.port = upstream, mode, free_port()
        self.token = make_key(kind="edge", format="unleash")

    def start(self, processes: Processes) -> Edge:
        words = ["--port", str(self.port), "--interface", "127.0.0.1", "edge"]
        words += ["--upstream-url", f"http://127.0.0.1:{self.upstream.port}"]
        words += ["--tokens", self.token, "-f", "1", "-m", "1", *self.mode]
        ready = "/internal-backstage/ready"
        processes.run(
            [*WITHOUT_VALKEY, edge.find(), *words],
            port=self.port,
            ready=lambda: self.get(ready).status_code == 200,
        )
        return self

    def get(self, path: str, token: str = "") -> httpx.Response:
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.get(url, headers={"Authorization": token}, timeout=10)

    def post(self, path: str, content: Any, token: str = "") -> httpx.Response:
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.post(url, json=content, headers={"Authorization": token}, timeout=10)

    def toggles(self, token: str) -> list[str]:
        """What is on for somebody, by the frontend API."""
        answer = self.get("/api/frontend?userId=somebody", token)
        assert answer.status_code == 200, answer.text
        return [one["name"] for one in answer.json()["toggles"]]


@pytest.mark.parametrize("mode", MODES)
def test_edge__in_front_of_us__serves_sdks_and_hears_of_a_change(
    mode: str,
    changing: Service,  # noqa: F811
    processes: Processes,
) -> None:
    relay = Edge(changing, *MODES[mode]).start(processes)
    browser = make_key(kind="client", format="unleash")
    backend = make_key(kind="server", format="unleash")
    assert relay.toggles(browser) == []
    (before,) = relay.get("/api/client/features", backend).json()["features"]
    assert before["name"] == FEATURE
    expose()
    assert eventually(lambda: relay.toggles(browser)) == [FEATURE]
    (after,) = relay.get("/api/client/features", backend).json()["features"]
    assert after["strategies"] != before["strategies"]


def test_edge__what_sdks_tell_it__is_counted_where_ours_are(
    changing: Service,  # noqa: F811
    processes: Processes,
) -> None:
    relay = Edge(changing, "--strict").start(processes)
    asked = {"yes": 3, "no": 2, "variants": {}}
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    bucket = {"start": moment, "stop": moment, "toggles": {FEATURE: asked}}
    application = {"appName": "cart", "instanceId": "i-1", "strategies": [], "started": moment,
                   "interval": 1}  # fmt: skip
    token = make_key(kind="server", format="unleash")
    assert relay.post("/api/client/register", application, token).is_success
    metrics = {"appName": "cart", "instanceId": "i-1", "bucket": bucket}
    assert relay.post("/api/client/metrics", metrics, token).is_success

    def used() -> dict[str, dict[str, int]]:
        return usage.usage("production", now=time.time(), hours=2)

    assert eventually(used) == {FEATURE: {"on": 3, "off": 2}}
    services = {one["service"] for one in usage.instances("production", now=time.time())}
    assert "cart" in services


@pytest.mark.parametrize("made_up", [True, False])
def test_edge__token_that_opens_nothing_there__is_refused(
    made_up: bool,
    changing: Service,  # noqa: F811
    processes: Processes,
) -> None:
    relay = Edge(changing, "--strict").start(processes)
    elsewhere = make_key(kind="client", environment="staging", format="unleash")
    wrong = relay.token[:-1] + ("a" if relay.token[-1] != "a" else "b")
    answer = relay.get("/api/frontend", wrong if made_up else elsewhere)
    assert answer.status_code in (401, 403, 511), answer.text
