"""The last known good state on disk, and what an evaluator says that has nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from accounts import keys as key_texts
from tests.clients.conftest import NOWHERE
from tests.clients.generated import snapshot
from tests.conditions import eventually
from tests.evaluator.service import Service, expose, make_key
from tests.events.database import address_of_database
from tests.processes import Processes
from toggles.evaluator.environments import Environments, HeldEnvironment
from toggles.evaluator.keys import Keys
from toggles.evaluator.last_known import LastKnown, write_file


@pytest.fixture
def key() -> str:
    return key_texts.make("server")


@pytest.fixture
def file(tmp_path: Path, key: str) -> Path:
    """A state with one key and a few features."""
    environments, keys = Environments(), Keys()
    environments["production"] = HeldEnvironment(snapshot(seed=5, features=5), "mark")
    selector, digest = key_texts.parse(key) or ("", "")
    keys.replace([(selector, digest, "server", "production", ["https://shop.example"])])
    made = tmp_path / "state" / "last-known"
    write_file(made, LastKnown(made, environments, keys).encode())
    return made


def load(file: Path) -> tuple[Environments, Keys]:
    environments, keys = Environments(), Keys()
    LastKnown(file, environments, keys).load()
    return environments, keys


def test_file__loaded__same_state_and_for_its_owner_alone(file: Path, key: str) -> None:
    environments, keys = load(file)
    held = environments["production"]
    assert held.engine.snapshot() == snapshot(seed=5, features=5)
    assert held.position == (7, "mark")
    found = keys.find(key)
    assert found
    assert found.takes_origin("https://shop.example")
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"{}", lambda b: b"", bytes.upper])
def test_file__torn_or_foreign__set_aside_and_nothing_held(damage: object, file: Path) -> None:
    assert callable(damage)
    file.write_bytes(damage(file.read_bytes()))
    environments, keys = load(file)
    assert (environments, keys.rows()) == ({}, [])
    assert [one.name for one in file.parent.iterdir()] == ["last-known.broken"]


def test_file__not_there_or_not_wanted__nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "none")[0] == {}
    LastKnown(None, Environments(), Keys()).load()
    asyncio.run(LastKnown(None, Environments(), Keys()).keep_saving())


def test_evaluator__nothing_but_its_file__serves_it_and_says_so(
    file: Path, key: str, processes: Processes
) -> None:
    service = Service(key).start(processes, {**NOWHERE, "TOGGLEMESH_EVALUATION_FILE": str(file)})
    ready = service.readiness()
    assert ready["stale"] is True
    assert ready["status"].startswith("stale")
    answer = service.evaluate("feature-1", targetingKey="u")
    assert answer.status_code == 200
    assert answer.headers["togglemesh-stale"] == "1"
    assert service.with_key(key_texts.make("server")).evaluate("feature-1").status_code == 503


def test_evaluator__changed__file_has_it_and_fresh_answers_say_nothing(
    changing: Service, processes: Processes, tmp_path: Path
) -> None:
    file = tmp_path / "kept"
    settings = {**address_of_database(), "TOGGLEMESH_EVALUATION_FILE": str(file)}
    service = Service(make_key()).start(processes, settings)
    eventually(file.exists)
    expose()
    eventually(lambda: load(file)[0]["production"].number == 2)
    assert load(file)[1].find(service.key)
    answer = service.evaluate(targetingKey="u")
    assert "togglemesh-stale" not in answer.headers
    assert service.readiness()["stale"] is False


def test_evaluators__several_on_one_port__all_hear_of_a_change(
    changing: Service, processes: Processes
) -> None:
    shared = Service(make_key())
    processes.manage(
        *("evaluator", "--port", str(shared.port), "--workers", "2"),
        env=address_of_database(),
        port=shared.port,
        ready=shared.is_ready,
    )
    expose()
    url = f"http://127.0.0.1:{shared.port}/ofrep/v1/evaluate/flags/new-checkout"
    headers = {"Authorization": f"Bearer {shared.key}"}

    def variants() -> set[str]:
        # A connection of its own for each: the kernel spreads connections, not requests.
        answers = [httpx.post(url, headers=headers, timeout=10) for _ in range(20)]
        return {answer.json()["variant"] for answer in answers}

    eventually(lambda: variants() == {"on"})
    children = Path(f"/proc/{processes.started[-1].pid}/task/{processes.started[-1].pid}/children")
    workers = [pid for pid in children.read_text().split() if _serves(int(pid))]
    assert len(workers) == 2


def _serves(pid: int) -> bool:
    """Whether the process holds sockets: granian has helpers beside its workers."""
    links = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()]
    return any(link.startswith("socket:") for link in links)
