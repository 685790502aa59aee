"""A client made before a fork, as gunicorn's preload and Celery's prefork do it."""

import subprocess
import sys
from pathlib import Path

import pytest
from stand_in import KEY, StandIn, wait_for
from wire_documents import change, feature

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")

# In a process of its own: the test's threads must not be forked.
PROGRAM = """
import os, sys, time
from togglemesh import Client

client = Client(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3])
assert client.wait_until_ready(10)
child = os.fork()
deadline = time.monotonic() + 15
while client.last_number != 43 and time.monotonic() < deadline:
    time.sleep(0.005)
print("parent" if child else "child", client.last_number, client.state, flush=True)
client.close()
if child:
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status))
os._exit(0)
"""


def test_fork__client_made_before__both_processes_follow(server: StandIn, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server.url, KEY, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(lambda: len(server.open) == 2, "parent and child are both connected")
        server.send_change(change(43, feature("third")))
        out, _ = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert {"parent 43 live", "child 43 live"} <= set(out.splitlines())
    assert process.returncode == 0
    assert len(server.requests) == 2
