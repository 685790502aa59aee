"""The shop's customers: who they are, how many at a time, and when they go home."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from demo.identities import HOW_MANY, headers_of, is_beta, user
from tests.conditions import eventually, has_ended
from tests.processes import ROOT
from tests.routers.envoy.mesh import Instance


def test_identities__all__are_a_thousand_of_whom_fifty_are_beta() -> None:
    numbers = range(1, HOW_MANY + 1)
    assert len({user(number) for number in numbers}) == 1000
    assert sum(is_beta(number) for number in numbers) == 50
    assert headers_of(20) == {"x-user-id": "user-0020", "x-user-group": "beta"}
    assert headers_of(1) == {"x-user-id": "user-0001"}


def test_load__running__keeps_to_its_rate_and_sends_identities() -> None:
    shop = Instance("v1")
    began = time.monotonic()
    load = start_load(shop)
    try:
        eventually(lambda: len(shop.seen) >= 40)
        took = time.monotonic() - began
    finally:
        load.kill()
        load.wait()
        shop.close()
    assert len(shop.seen) <= 25 * took + 8
    assert {headers["x-user-id"][:5] for headers in shop.seen} == {"user-"}


def test_load__parent_ends__ends_as_well() -> None:
    shop = Instance("v1")
    code = (
        "import subprocess, sys, signal\n"
        "load = subprocess.Popen([sys.executable, '-m', 'demo.load', sys.argv[1]])\n"
        "print(load.pid, flush=True); signal.pause()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, f"http://{shop.endpoint}"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    try:
        eventually(lambda: len(shop.seen) >= 3)
        parent.kill()
        parent.wait()
        eventually(lambda: has_ended(pid))
    finally:
        if not has_ended(pid):
            os.kill(pid, signal.SIGKILL)
        shop.close()


def start_load(shop: Instance) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "demo.load", f"http://{shop.endpoint}"]
    return subprocess.Popen(argv, cwd=ROOT)
