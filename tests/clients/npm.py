"""The npm clients, installed outside of the tree by their lock file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "node"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "togglemesh"
FILES = ("package.json", "package-lock.json", "decide.mjs", "page.mjs")


def require_node() -> None:
    """Skips without Node, unless TOGGLEMESH_REQUIRE names `node`."""
    if shutil.which("node") and shutil.which("npm"):
        return
    sentence = "Node and npm are needed for the tests of npm clients."
    if "node" in os.environ.get("TOGGLEMESH_REQUIRE", "").split(","):
        pytest.fail(sentence)
    pytest.skip(sentence)


def install() -> Path:
    """The folder with the clients; made once for each content of the files."""
    content = b"".join((HERE / name).read_bytes() for name in FILES)
    folder = CACHE / f"npm-clients-{hashlib.sha256(content).hexdigest()[:16]}"
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(HERE / name, folder)
        words = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        made = subprocess.run(  # noqa: PLW1510 - as below
            words, cwd=folder, capture_output=True, text=True, timeout=300
        )
        assert made.returncode == 0, made.stderr
        (folder / "ready").touch()
    return folder


def bundle(folder: Path) -> str:
    """The script of page.mjs, for a browser."""
    words = ["node_modules/.bin/esbuild", "page.mjs", "--bundle", "--format=esm"]
    made = subprocess.run(  # noqa: PLW1510 - the assertion shows what it said
        words, cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def ask(folder: Path, **asked: Any) -> list[dict[str, list[Any]]]:
    """What decide.mjs answers: for each context, by feature, on, variant and value."""
    made = subprocess.run(  # noqa: PLW1510 - the assertion shows what it said
        ["node", "decide.mjs"],
        cwd=folder,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert made.returncode == 0, made.stderr[-3000:]
    answers: list[dict[str, list[Any]]] = json.loads(made.stdout)
    return answers
