"""A running evaluator as its clients see it, and what changes behind it."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from accounts import changes as accounts
from accounts.keys import parse
from controlplane.stack.freeports import free_port
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from tests.processes import Processes
from togglemesh.engine import Exposure
from toggles import changes as toggles

BY = Authorship(system("tess"), "a test")
FEATURE = "new-checkout"


def rule(percentage: int = 100, **more: Any) -> dict[str, Any]:
    """A rule that gives `on` to a share of all."""
    split = [{"variant": "on", "weight": 1}]
    return {
        "id": "share",
        "percentage": percentage,
        "stickiness": "default",
        "split": split,
        **more,
    }


def seed() -> None:
    """Environments, a team, and a feature that is off, marked for clients."""
    accounts.ensure_environments()
    perform(BY, accounts.CreateTeam(key="shop", name="Shop"))
    perform(
        BY, toggles.CreateFeature(key=FEATURE, name="New checkout", owner="shop", client_side=True)
    )


def expose(percentage: int = 100, environment: str = "production", **more: Any) -> int:
    """Expose the feature; the new revision's number."""
    rules = [rule(percentage, **more)]
    made = perform(
        BY,
        toggles.SetExposure(
            feature=FEATURE,
            environment=environment,
            exposure=Exposure.of(enabled=True, rules=rules),
            keep_options=True,
        ),
    )
    return made.number


def make_key(environment: str = "production", kind: str = "server", **more: Any) -> str:
    return perform(
        BY, accounts.CreateApiKey(kind=kind, environment=environment, name="test", **more)
    )


def selector_of(key: str) -> str:
    parsed = parse(key)
    assert parsed
    return parsed[0]


@dataclass
class Service:
    """One evaluator process on a port of its own. `key` is sent unless told otherwise."""

    key: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, processes: Processes, env: Mapping[str, str]) -> Service:
        words = ("evaluator", "--port", str(self.port))
        self.process = processes.manage(*words, env=env, port=self.port, ready=self.is_ready)
        return self

    def is_ready(self) -> bool:
        return self.get("/readyz").status_code == 200

    def with_key(self, key: str) -> Service:
        """The same process, asked with another key."""
        return Service(key, self.port)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=10)

    def readiness(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/readyz").json()
        return found

    def number(self, environment: str = "production") -> int:
        found: int = self.readiness()["environments"].get(environment, -1)
        return found

    def post(
        self, path: str, content: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """`content` is sent as JSON, bytes as they are."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        sent = {"Authorization": f"Bearer {self.key}"} if headers is None else headers
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.post(url, content=body, headers=sent, timeout=10)

    def evaluate(self, key: str = FEATURE, **context: Any) -> httpx.Response:
        return self.post(f"/ofrep/v1/evaluate/flags/{key}", {"context": context})

    def variant(self, **context: Any) -> str | None:
        found: str | None = self.evaluate(**context).json().get("variant")
        return found

    def evaluate_all(
        self, context: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        return self.post("/ofrep/v1/evaluate/flags", {"context": context}, sent)


class Stream:
    """An open change stream; a thread reads it. Use as a context manager."""

    def __init__(self, service: Service, last: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {service.key}"}
        if last is not None:
            headers["Last-Event-ID"] = last
        self._client = httpx.Client(timeout=httpx.Timeout(10, read=30))
        url = f"http://127.0.0.1:{service.port}/stream/v1/changes"
        self._opening = self._client.stream("GET", url, headers=headers)
        self._events: queue.Queue[tuple[str, int, dict[str, Any]] | None] = queue.Queue()

    def __enter__(self) -> Stream:
        self.response = self._opening.__enter__()
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def next(self, seconds: float = 10) -> tuple[str, int, dict[str, Any]] | None:
        """The next event: kind, id, data; None at the end. Fails when there is none in time."""
        return self._events.get(timeout=seconds)

    def _read(self) -> None:
        event: dict[str, str] = {}
        try:
            for line in self.response.iter_lines():
                name, _, value = line.partition(": ")
                if line and name:
                    event[name] = value
                elif event:
                    self._events.put((event["event"], int(event["id"]), json.loads(event["data"])))
                    event = {}
        except (httpx.HTTPError, httpx.StreamError):
            pass
        finally:
            self._events.put(None)
