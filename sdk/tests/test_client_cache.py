"""What the client knows before the server answers: from disk, or from a given snapshot."""

import json
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from stand_in import KEY, Connect, StandIn, wait_for
from wire_documents import change, feature, snapshot

from togglemesh import Client
from togglemesh.client.backoff import Backoff
from togglemesh.client.cache import SnapshotFile, cache_path
from togglemesh.engine import Engine

NOWHERE = "http://127.0.0.1:9"


def offline(directory: Path, **options: Any) -> Client:
    return Client(NOWHERE, KEY, cache_dir=directory, backoff=Backoff(60, 60), **options)


def put(directory: Path, content: str | bytes) -> Path:
    path = cache_path(directory, NOWHERE, KEY)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_cache__snapshot_and_changes__are_on_disk_for_the_next_start(
    server: StandIn, connect: Connect, tmp_path: Path
) -> None:
    client = connect(cache_dir=tmp_path / "new")
    wait_for(lambda: client.state == "live", "the client is live")
    server.send_change(change(43, feature("third")))
    path = cache_path(tmp_path / "new", server.url, KEY)
    wait_for(lambda: path.exists() and json.loads(path.read_bytes())["number"] == 43, "it is kept")
    client.close()
    server.stop()
    again = connect(cache_dir=tmp_path / "new")
    assert (again.ready, again.state, again.last_number) == (True, "stale", 43)
    assert again.bool("third") is True
    server.start()
    wait_for(lambda: again.state == "live", "the client is live")
    # What is on disk may be of another history than the server's: a start asks for it whole.
    assert "last-event-id" not in server.requests[-1]


def test_cache__file__is_for_its_owner_only_and_alone(
    connect: Connect, server: StandIn, tmp_path: Path
) -> None:
    client = connect(cache_dir=tmp_path, cache_delay=60)
    assert client.wait_until_ready(5)
    client.close()  # writes what waits to be written
    (path,) = tmp_path.iterdir()
    assert path == cache_path(tmp_path, server.url, KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KEY not in path.read_text()


@pytest.mark.parametrize(
    "content",
    [
        "",
        json.dumps(snapshot(feature()))[:-40],
        b"\xff\xfe\x00",
        "[]",
        '{"format": 1}',
        json.dumps(snapshot(feature()) | {"format": 99}),
        json.dumps(snapshot(feature(enabled="maybe"))),
        "[" * 200_000,
    ],
)
def test_cache__torn_or_foreign__is_set_aside_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str | bytes
) -> None:
    path = put(tmp_path, content)
    with offline(tmp_path) as client:
        assert client.ready is False
        assert client.bool("new-checkout", default=True) is True
    assert not path.exists()
    assert path.with_suffix(".broken").exists()
    assert "cache.broken" in caplog.text


def test_cache__path_that_cannot_be_read_or_written__is_told_and_survived(
    connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    client = connect(cache_dir=in_the_way)
    assert client.wait_until_ready(5)
    wait_for(lambda: "cache.unwritable" in caplog.text, "the log says so")
    assert client.bool("new-checkout", {"userId": "ann"}) is True


def test_save_soon__many_changes__are_one_write(tmp_path: Path) -> None:
    file, taken = SnapshotFile(tmp_path / "s.json", delay=60), []

    def take() -> dict[str, Any]:
        taken.append(1)
        return snapshot(feature())

    for _ in range(100):
        file.save_soon(take)
    file.flush()
    file.flush()
    assert len(taken) == 1
    assert file.read() is not None


def test_save_soon__writers_side_by_side__file_is_whole_at_any_time(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    contents = [snapshot(feature(f"f{n}"), number=n) for n in range(3)]

    def write(content: dict[str, Any]) -> None:
        file = SnapshotFile(path, delay=60)
        for _ in range(20):
            file.save_soon(lambda: content)
            file.flush()

    write(contents[0])
    writers = [threading.Thread(target=write, args=(one,)) for one in contents]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        Engine.from_snapshot(json.loads(path.read_bytes()))
    assert list(tmp_path.iterdir()) == [path]


def test_bootstrap__no_cache__is_decided_from(tmp_path: Path) -> None:
    with offline(tmp_path, bootstrap=snapshot(feature("given"))) as client:
        assert client.state == "stale"
        assert client.bool("given") is True


def test_bootstrap__cache_is_there__cache_wins(tmp_path: Path) -> None:
    put(tmp_path, json.dumps(snapshot(feature("cached"))))
    with offline(tmp_path, bootstrap=snapshot(feature("given"))) as client:
        assert client.bool("cached") is True
        assert client.decide("given").reason == "NOT_FOUND"


def test_bootstrap__broken__is_told_and_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with offline(tmp_path, bootstrap={"format": 1}) as client:
        assert client.state == "starting"
        assert client.wait_until_ready(0.01) is False
    assert "client.bootstrap_refused" in caplog.text
