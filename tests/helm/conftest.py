"""The chart, rendered by a real Helm."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed.build import find_or_build
from testbed.programs import HELM
from tests.testbed.running import skipping

CHART = Path(__file__).parent.parent.parent / "helm" / "togglemesh"
ENOUGH = {
    "image.repository": "registry.example/togglemesh",
    "publicUrl": "https://toggles.example",
    "secrets.existingSecret": "togglemesh",
}
Helm = Callable[..., subprocess.CompletedProcess[str]]
Render = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Runs `helm WORDS…` with folders of its own."""
    with skipping():
        program = find_or_build(HELM)
    home = str(tmp_path_factory.mktemp("helm"))
    names = ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")
    environ = {**os.environ, **dict.fromkeys(names, home)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program), *words],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def render(helm: Helm) -> Render:
    """The documents of the chart with these values on top of the least that must be given."""

    def rendered(namespace: str = "tm", **values: str) -> list[dict[str, Any]]:
        given = {**ENOUGH, **{name.replace("__", "."): value for name, value in values.items()}}
        answer = helm("template", "tm", str(CHART), "--namespace", namespace, *settings(given))
        assert not answer.returncode, answer.stderr
        return [document for document in yaml.safe_load_all(answer.stdout) if document]

    return rendered


def settings(values: dict[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
