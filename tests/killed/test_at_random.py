"""Writers, relay and upkeep are killed by SIGKILL at random moments: nothing said is lost.

`TOGGLEMESH_KILLS` says how often (40 where it is not set).
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.changes import ensure_environments
from events.models import OutboxEvent
from governance.archive import read_archive
from governance.models import AuditEntry
from tests.conditions import eventually
from tests.events.happenings import publish_all
from tests.killed.forked import run
from toggles.change_source import ChangeSource
from toggles.models import ChangeClock

KILLS = int(os.environ.get("TOGGLEMESH_KILLS", "40"))
KINDS = ("writer", "relay", "upkeep")
LIVES = (0.02, 0.6)  # seconds that a process has at the least and at the most
TOPIC, CHANGES = "tm:topic:shop", "tm:changes:production"


class Plane:
    """One process of each kind; `kill` ends one and starts the next of its kind."""

    def __init__(self, folder: Path) -> None:
        self.said, self.archive, self.broken = (
            folder / name for name in ("said.txt", "archive", "broken.txt")
        )
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["__main__", "tests.killed.forked"])
        self.running: dict[str, Any] = {kind: self.start(kind) for kind in KINDS}

    def start(self, kind: str) -> Any:
        words = {
            "database": str(connection.settings_dict["NAME"]),
            "kind": kind,
            "said": str(self.said),
            "archive": str(self.archive),
            "broken": str(self.broken),
        }
        process = self.context.Process(target=run, kwargs=words)
        process.start()
        return process

    def kill(self, kind: str) -> None:
        assert self.running[kind].exitcode is None, f"{kind} ended by itself"
        self.running[kind].kill()
        self.running[kind].join()
        self.running[kind] = self.start(kind)

    def stop(self) -> None:
        for process in self.running.values():
            process.kill()
            process.join()

    def committed(self) -> list[tuple[int, int, str]]:
        """Numbers of entry and change, and the event's id, as the writers said them."""
        rows = (line.split() for line in self.said.read_text().splitlines())
        return [(int(entry), int(change), event) for entry, change, event in rows]


@pytest.fixture
def plane(transactional_db: None, no_anchors: None, tmp_path: Path) -> Iterator[Plane]:
    ensure_environments()
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.flushdb()
    made = Plane(tmp_path)
    yield made
    made.stop()


def test_plane__killed_at_random__nothing_that_was_committed_is_lost(
    plane: Plane,
) -> None:
    begun, chance = time.monotonic(), random.Random(8)
    eventually(plane.said.exists, seconds=60)
    for _ in range(KILLS):
        time.sleep(chance.uniform(*LIVES))  # the moment of the kill: nothing is waited for
        plane.kill(chance.choice(KINDS))
    eventually(lambda: len(list(plane.archive.glob("*.gz"))) > 2, seconds=60)
    plane.stop()
    committed = plane.committed()
    print(f"{KILLS} kills in {time.monotonic() - begun:.0f} s, {len(committed)} committed")
    assert not plane.broken.exists(), plane.broken.read_text()
    check_audit(plane.archive, {entry for entry, _, _ in committed})
    check_streams({change for _, change, _ in committed}, {event for *_, event in committed})


def check_audit(archive: Path, committed: set[int]) -> None:
    """Table and archive have each number once, and verify together, with the anchors."""
    archived = [entry.number for entry in read_archive(archive)]
    left = list(AuditEntry.objects.order_by("number").values_list("number", flat=True))
    assert [*archived, *left] == list(range(1, len(archived) + len(left) + 1))
    assert committed <= {*archived, *left}
    call_command("verify_audit", "--archive", str(archive))


def check_streams(changes: set[int], events: set[str]) -> None:
    """Once a relay has had its time, every event is there once, and the changes without a gap."""
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        publish_all(valkey)
        assert valkey.keys("tm:set-aside:*") == []
        had = [fields[b"mark"].decode() for _, fields in valkey.xrange(TOPIC)]
        numbers = [int(identity.split(b"-")[0]) for identity, _ in valkey.xrange(CHANGES)]
    assert len(had) == len(set(had))
    assert events <= set(had)
    assert not OutboxEvent.objects.filter(published_at__isnull=True).exists()
    last = ChangeClock.objects.get(environment__key="production").number
    assert max(changes) <= last
    assert numbers == list(range(numbers[0], last + 1))
    assert len(numbers) >= min(last, ChangeSource.longest)
