"""An evaluator that serves generated features out of its last known good file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import keys as key_texts
from tests.clients.generated import contexts, snapshot
from tests.evaluator.service import Service
from tests.processes import Processes
from togglemesh.engine import Decision, Engine
from toggles.evaluator.environments import Environments, HeldEnvironment
from toggles.evaluator.keys import Keys
from toggles.evaluator.last_known import LastKnown, write_file

NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1",
}


@dataclass(frozen=True)
class World:
    """What the clients are given, and what they have to come to."""

    service: Service
    server_key: str
    client_key: str
    document: dict[str, Any]
    contexts: list[dict[str, Any]]
    decisions: list[dict[str, Decision]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.service.port}"

    @property
    def features(self) -> list[str]:
        return sorted(self.document["features"])

    def is_plain(self, key: str) -> bool:
        """Whether the feature only says yes or no."""
        return set(self.document["features"][key]["variants"]) == {"off", "on"}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("clients")
    texts = {kind: key_texts.make(kind) for kind in ("server", "client")}
    document = snapshot(seed=11)
    environments, keys = Environments(), Keys()
    environments["production"] = HeldEnvironment(document, "")
    keys.replace([_row(kind, text) for kind, text in texts.items()])
    file = folder / "last-known"
    write_file(file, LastKnown(file, environments, keys).encode())
    processes = Processes(folder)
    service = Service(texts["server"]).start(
        processes, {**NOWHERE, "TOGGLEMESH_EVALUATION_FILE": str(file)}
    )
    given = contexts(seed=12)
    engine = Engine.from_snapshot(document)
    decisions = [engine.decide_all(context) for context in given]
    yield World(service, texts["server"], texts["client"], document, given, decisions)
    processes.stop()


def _row(kind: str, text: str) -> tuple[str, str, str, str, list[str]]:
    selector, digest = key_texts.parse(text) or ("", "")
    return selector, digest, kind, "production", ["*"] if kind == "client" else []
