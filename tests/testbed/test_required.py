"""A missing testbed skips tests with its sentence, and fails them where it is required."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
WORDS = "needs Go 1.26 or newer"


@pytest.mark.parametrize(("required", "outcome"), [("", "1 skipped"), ("testbed", "1 error")])
def test_cluster__no_go__skips_unless_required(required: str, outcome: str, tmp_path: Path) -> None:
    chosen = "tests/testbed/test_sidecar.py::test_sidecar__no_route__answers_from_both_versions"
    environ = {
        **os.environ,
        "PATH": "/nowhere",
        "TOGGLEMESH_TESTBED_CACHE": str(tmp_path),
        "TOGGLEMESH_REQUIRE": required,
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", chosen],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert outcome in run.stdout
    assert WORDS in run.stdout
