"""The command line against the real web process, with a token of a person."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from accounts.changes.tokens import CreatePersonalToken
from accounts.models import User
from accounts.principals import principal_of
from controlplane.stack.freeports import free_port
from governance.authorship import Authorship
from governance.changes import perform
from tests.processes import Processes
from toggles.models import Toggle

WHY = ("--reason", "a test")
BETA = "segment: beta\nowner: shop\nconstraints:\n  - {field: group, operator: IN, values: [b]}\n"
DARK = """\
feature: dark-mode
owner: shop
environments:
  production:
    enabled: true
    rules:
      - {id: a, segments: [beta], constraints: [], percentage: 10, stickiness: default,
         split: [{variant: on, weight: 1}]}
"""


class CommandLine:
    """Runs `togglemesh` in a folder, as somebody with this token."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.folder = folder
        self.environ = {**os.environ, "TOGGLEMESH_URL": url, "TOGGLEMESH_TOKEN": token}

    def __call__(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-c", "from togglemesh.cli import main; main()", *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self.environ,
            cwd=self.folder,
        )
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return done.stderr if code else done.stdout


@pytest.fixture
def run(
    transactional_db: None, environments: object, editor: User, processes: Processes, tmp_path: Path
) -> CommandLine:
    """As an editor of the shop."""
    by = Authorship(principal_of(editor), "for the command line")
    token = perform(by, CreatePersonalToken(user=editor.get_username(), name="my laptop"))
    port = free_port()
    processes.manage(
        "web",
        env={"TOGGLEMESH_PORT": str(port)},
        port=port,
        ready=lambda: httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200,
    )
    return CommandLine(tmp_path, f"http://127.0.0.1:{port}", token)


def test_command_line__real_server__from_creating_to_explaining(run: CommandLine) -> None:
    assert json.loads(run("me", "-o", "json"))["name"] == "edgar"
    run("feature", "create", "search", "--owner", "shop", "--tag", "ui", *WHY)
    assert "search is on in staging" in run("feature", "flip", "search", "-e", "staging", *WHY)
    assert "staging" in run("feature", "list")
    assert "search" in run("feature", "explain", "search", "-e", "staging", "--user", "ann")
    assert "toggle:staging/search" in run("audit", "list")
    run("segment", "delete", "nothing", "--yes", *WHY, code=1)
    run("feature", "delete", "search", "--yes", *WHY, code=3)  # only owners may
    run("key", "create", "k", "--kind", "server", "-e", "staging", *WHY, code=3)
    run("feature", "create", "search", "--owner", "shop", *WHY, code=5)
    for what in ("environment", "team", "service", "rollout", "token", "key", "segment"):
        run(what, "list")
    run.environ["TOGGLEMESH_TOKEN"] += "x"
    run("me", code=3)


def test_command_line__folder__planned_applied_and_the_same_again(run: CommandLine) -> None:
    (run.folder / "togglemesh.yaml").write_text("source: shop\n")
    (run.folder / "beta.yaml").write_text(BETA)
    (run.folder / "dark.yaml").write_text(DARK)
    assert "+ create feature:dark-mode" in run("plan", "-f", ".")
    run("plan", "-f", ".", "--detailed-exit-code", code=6)
    run("apply", "-f", ".", "--yes", *WHY)
    current = Toggle.objects.get(environment__key="production").current
    assert current is not None
    assert current.author == "edgar"
    assert "Planned: 3 same." in run("plan", "-f", ".", "--detailed-exit-code")
    (run.folder / "dark.yaml").write_text(DARK.replace("percentage: 10", "percentage: 140"))
    told = run("apply", "-f", ".", "--yes", *WHY, code=1)
    assert "dark.yaml:7: environments.production.rules[0].percentage: must be" in told
