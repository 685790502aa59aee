"""What the testbed says and does where something is missing, and that it leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testbed.build import find_or_build
from testbed.golang import CannotBuild
from testbed.programs import APISERVER, ETCD, ISTIOD, cache_folder
from testbed.waiting import wait_until


def test_find_or_build__no_go__one_sentence_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGLEMESH_TESTBED_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotBuild, match=r"needs Go 1\.26 or newer on the PATH"):
        find_or_build(ISTIOD)


def test_find_or_build__go_fails__tells_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho no space left >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setenv("TOGGLEMESH_TESTBED_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(CannotBuild, match="building etcd: no space left"):
        find_or_build(ETCD)


def test_find_or_build__assets_folder__is_used_and_nothing_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "kube-apiserver"
    given.touch(0o755)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))

    assert find_or_build(APISERVER) == given
    with pytest.raises(CannotBuild, match=r"no program at .*etcd"):
        find_or_build(ETCD)


def test_cache_folder__named_by_variable__moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGLEMESH_TESTBED_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    assert ETCD.path.is_relative_to(tmp_path)


def test_child__its_owner_is_killed__ends_too(tmp_path: Path) -> None:
    script = (
        "import pathlib, signal, sys; from testbed.child import Child\n"
        "Child('sleeper', ['sh', '-c', 'echo $$; exec sleep 600'], "
        f"pathlib.Path({str(tmp_path)!r}))\n"
        "signal.pause()"
    )
    log = tmp_path / "sleeper.log"
    with subprocess.Popen([sys.executable, "-c", script]) as owner:
        try:
            wait_until(lambda: log.exists() and log.read_text().strip(), 10, "the child's id")
        finally:
            owner.kill()
    sleeper = int(log.read_text())

    wait_until(lambda: not _lives(sleeper), 10, "the end of the child")


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
