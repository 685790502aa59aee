"""Commands find the stack that runs in the data folder."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

from tests.processes import ROOT
from tests.stack.conftest import Stack


def command(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=stack.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_create_api_key__beside_a_running_stack__prints_the_key_and_nothing_else(
    stacks: Callable[[], Stack],
) -> None:
    stack = stacks()
    stack.start("--no-demo")
    stack.wait_until_ready()
    made = command(stack, "create_api_key", "server", "--environment", "production")
    assert re.fullmatch(r"tm_server_[A-Za-z0-9]{22}_[A-Za-z0-9]{43}\n", made.stdout), made.stderr
    stack.stop()
    refused = command(stack, "create_api_key", "server", "--environment", "production")
    assert refused.returncode == 1
    assert refused.stderr == (
        f"The stack in {stack.home} is not running: start it with `make run`, or set DATABASE_URL "
        "and REDIS_URL to servers of your own.\n"
    )


def test_command__stack_lives_in_another_folder__names_the_variables_to_set(
    stacks: Callable[[], Stack],
) -> None:
    stack = stacks()
    refused = command(stack, "verify_audit")
    assert refused.returncode == 1
    assert refused.stderr == (
        f"No stack runs in {stack.home}: set TOGGLEMESH_HOME to the data folder of the running "
        "`manage.py up`, or DATABASE_URL, REDIS_URL and TOGGLEMESH_SECRET_KEY to those of a "
        "control plane of your own.\n"
    )
