"""The real Unleash Edge, built by cargo outside of the tree.

`python -m tests.clients.edge` builds it once; that takes some ten minutes on two cores, so tests
never do it by themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.npm import CACHE

VERSION = "19.15.1"
FOLDER = CACHE / f"unleash-edge-{VERSION}"
PROGRAM = FOLDER / "bin" / "unleash-edge"
PATIENCE = 3600  # seconds for one step of the build

# Its page about itself comes from the network while it is built, unless it is told of a file. The
# crate that holds this file is fetched as any other.
PAGES = "utoipa-swagger-ui-vendored"
MANIFEST = f"""[package]
name = "pages"
version = "0.0.0"
edition = "2021"
[lib]
path = "pages.rs"
[dependencies]
{PAGES} = "=0.1.2"
"""


def find() -> Path:
    """The program. Skips without it, unless TOGGLEMESH_REQUIRE names `edge`."""
    if PROGRAM.exists():
        return PROGRAM
    sentence = "Unleash Edge is not built: `python -m tests.clients.edge` does it, with cargo."
    if "edge" in os.environ.get("TOGGLEMESH_REQUIRE", "").split(","):
        pytest.fail(sentence)
    pytest.skip(sentence)


def build() -> None:
    """As cargo would install it, without its storage in S3; two jobs at a time."""
    if PROGRAM.exists():
        return
    made = FOLDER / "build"
    environ = {**os.environ, "SWAGGER_UI_DOWNLOAD_URL": f"file://{_pages(made)}"}
    words = ["cargo", "install", "unleash-edge", "--version", VERSION, "--locked"]
    words += ["--no-default-features", "--root", str(FOLDER), "--target-dir", str(made / "target")]
    subprocess.run([*words, "--jobs", "2"], env=environ, check=True, timeout=PATIENCE)
    shutil.rmtree(made)


def _pages(made: Path) -> Path:
    folder = made / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(MANIFEST)
    (folder / "pages.rs").touch()
    words = ["cargo", "vendor", "--quiet", "vendor"]
    subprocess.run(words, cwd=folder, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)
    return next((folder / "vendor" / PAGES).glob("res/*.zip"))


if __name__ == "__main__":
    build()
