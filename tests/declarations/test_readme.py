"""The folder of the SDK's README can be applied as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rollouts.models import RolloutTemplate
from routing.models import Route
from tests.api.caller import Caller
from togglemesh.cli.folder.source import read_folder
from toggles.models import Toggle

README = Path(__file__).parents[2] / "sdk" / "README.md"
FILES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.mark.usefixtures("environments", "team")
def test_readme__its_folder__applied_as_it_stands(tmp_path: Path, as_editor: Caller) -> None:
    for name, text in FILES:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    folder = read_folder(tmp_path)
    documents = [{"content": one.content} for one in folder.documents]
    body = {"reason": "as told", "source": folder.source, "dry_run": False}
    status, answer = as_editor.post("declarations", {**body, "documents": documents})
    assert (status, len(FILES)) == (200, 3), answer
    current = Toggle.objects.get(environment__key="production").current
    assert current is not None
    assert current.enabled
    assert Route.objects.get().version.version == "v2"
    assert len(RolloutTemplate.objects.get().steps) == 3
