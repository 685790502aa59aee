"""A client's life in a process: many threads, forks, the interpreter's exit, no leaks."""

import gc
import json
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest
from stand_in import KEY, Connect, StandIn, wait_for
from wire_documents import change, feature, snapshot

from togglemesh import Client
from togglemesh.client import leaving

ANN = {"userId": "ann"}
USAGE = "/client/v1/usage"
# From Python 3.12 on a fork beside threads warns; that it is safe here is what is tested.
WARNINGS = ("-W", "error", "-W", "ignore:This process:DeprecationWarning")

AT_EXIT = """
import sys
from togglemesh import Client
client = Client(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3], cache_delay=60)
assert client.wait_until_ready(10)
client.bool("new-checkout", {"userId": "ann"})
"""

# gunicorn with preload and Celery's prefork: made before the fork, used after it.
WORKERS = """
import os, sys
from togglemesh import Client

client = Client(sys.argv[1], sys.argv[2])
assert client.wait_until_ready(10)
client.bool("new-checkout", {"userId": "ann"})
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        client.bool("new-checkout", {"userId": "bob"})
        sys.exit(0)  # as a worker ends: its atexit runs
    children.append(child)
codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
sys.exit(max(codes))
"""

HOLDING = """
import os, sys, threading
from togglemesh import Client

client = Client(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3])
assert client.wait_until_ready(10)
# The worst moment to fork: another thread holds every lock of the client.
locks = [client._replica._lock, client._outcomes._lock, client._file._lock, client._file._writing]
for lock in locks:
    lock.acquire()
child = os.fork()
if child:
    for lock in locks:
        lock.release()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
client.track("paid", feature="new-checkout", success=True)
client.on_change(print)
client.close()
os._exit(0 if client.bool("new-checkout", {"userId": "ann"}) else 1)
"""


def run(program: str, *arguments: str, deadline: float = 30) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *WARNINGS, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=deadline,
        check=False,
    )


def counted(server: StandIn) -> dict[str, int]:
    sums: dict[str, int] = {}
    for body in server.reported(USAGE):
        for variant, number in body["counts"].get("new-checkout", {}).items():
            sums[variant] = sums.get(variant, 0) + number
    return sums


def test_exit__client_not_closed__tells_usage_and_writes_the_cache(
    server: StandIn, tmp_path: Path
) -> None:
    done = run(AT_EXIT, server.url, KEY, str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert counted(server) == {"on": 1}
    assert list(tmp_path.glob("togglemesh-*.json"))


def test_exit__server_hangs__is_not_held_up(server: StandIn, tmp_path: Path) -> None:
    program = AT_EXIT.replace(
        "assert client.wait_until_ready(10)", "assert client.wait_until_ready(0.2) is False"
    )
    server.silent = True
    done = run(program, server.url, KEY, str(tmp_path), deadline=10)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_fork__workers__each_tells_its_own_usage_once(server: StandIn) -> None:
    done = run(WORKERS, server.url, KEY)
    assert (done.returncode, done.stderr) == (0, "")
    assert counted(server) == {"on": 1, "off": 3}
    assert len({body["instance"] for body in server.reported(USAGE)}) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_fork__locks_held_by_another_thread__child_is_not_stuck(
    server: StandIn, tmp_path: Path
) -> None:
    done = run(HOLDING, server.url, KEY, str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_threads__deciding_while_changes_come__see_whole_states(
    server: StandIn, connect: Connect
) -> None:
    """`a` and `b` change by turns; nobody may see an error, a default or half a value."""
    pair = {"off": {"value": {"one": 0, "two": 0}}, "on": {"value": {"one": 1, "two": 1}}}
    server.snapshot = snapshot(feature("a", variants=pair))
    client = connect()
    wait_for(lambda: client.state == "live", "the client is live")
    broken: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            decision = client.decide("a", ANN)
            value = decision.value
            if decision.variant is None or value["one"] != value["two"]:
                broken.append(decision)
            client.track("asked", ANN, feature="a", success=True)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(43, 143):
        server.send_change(change(number, feature("a", variants=pair, enabled=number % 2 == 0)))
    wait_for(lambda: client.last_number == 142, "all changes are in")
    done.set()
    for thread in threads:
        thread.join()
    assert broken == []


def test_close__many_clients__leave_no_thread_and_no_memory(server: StandIn) -> None:
    before = threading.active_count()
    gone: list[weakref.ref[Client]] = []
    for _ in range(20):
        with Client(server.url, KEY) as client:
            assert client.wait_until_ready(5)
        gone.append(weakref.ref(client))
    del client
    server.drop()
    wait_for(lambda: server.open == [], "the server's own threads end")
    wait_for(lambda: threading.active_count() <= before + 1, "threads end")
    gc.collect()
    assert [one for one in gone if one() is not None] == []
    assert len(leaving._open) == len([one for one in gc.get_objects() if type(one) is Client])


def test_bootstrap__file__is_decided_from(tmp_path: Path) -> None:
    path = tmp_path / "bootstrap.json"
    path.write_text(json.dumps(snapshot(feature("a"))))
    for given in (path, str(path)):
        with Client("http://127.0.0.1:1", KEY, bootstrap=given) as client:
            assert client.bool("a") is True


@pytest.mark.parametrize("content", ["{torn", "[]", '{"format": 1}', "[" * 100_000])
def test_bootstrap__broken_file__is_refused_in_the_log_only(
    content: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "bootstrap.json"
    path.write_text(content)
    for given in (path, tmp_path / "missing.json"):
        with Client("http://127.0.0.1:1", KEY, bootstrap=given) as client:
            assert client.state == "starting"
            assert client.bool("a", default=True) is True
    assert caplog.text.count("client.bootstrap_refused") == 2
