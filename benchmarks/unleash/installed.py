"""Where npm puts `unleash-server`: a folder of the cache, outside of the source tree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json")
PATIENCE = 600


class NotToBeHad(Exception):
    """Says in a sentence why Unleash's server cannot be run here."""


def install() -> Path:
    """The folder with `node_modules`, made once for each lock file."""
    folder = _cache() / hashlib.sha256((HERE / FILES[1]).read_bytes()).hexdigest()[:12]
    if not (folder / ".whole").exists():
        _install_into(folder)
    return folder


def _install_into(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NotToBeHad("there is no npm here")
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, folder / name)
    words = [npm, "ci", "--no-audit", "--no-fund"]
    try:
        subprocess.run(words, cwd=folder, capture_output=True, check=True, timeout=PATIENCE)
    except (subprocess.SubprocessError, OSError) as problem:
        raise NotToBeHad(f"npm could not install it: {problem}") from problem
    (folder / ".whole").touch()


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "togglemesh-bench" / "unleash-server"
