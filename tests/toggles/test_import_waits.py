"""A flip has a budget of one second, whatever else goes on: imports and dry runs hold nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from accounts.changes import CreateTeam, ensure_environments
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from tests.processes import Processes
from togglemesh.engine import Exposure
from toggles import changes
from toggles.imports.ours import FORMAT
from toggles.models import Feature

BY = Authorship(system("tess"), "a test")
BUDGET = 1.0  # seconds
BUSY_MACHINE = 3.0  # for the very worst one, when other tests take the processor
MANY = 150


def document(count: int) -> dict[str, Any]:
    rules = [
        {
            "id": "share",
            "percentage": 50,
            "stickiness": "default",
            "segments": ["beta"],
            "split": [{"variant": "on", "weight": 1}],
        }
    ]
    feature = {
        "variants": {"on": {"value": True}, "off": {"value": False}},
        "off_variant": "off",
        "enabled": True,
        "rules": rules,
    }
    features = {f"imported-{n}": {**feature, "name": f"Imported {n}"} for n in range(count)}
    for number in range(1, count, 10):
        needs = {"prerequisites": [{"feature": f"imported-{number - 1}", "variants": ["on"]}]}
        features[f"imported-{number}"] = {**features[f"imported-{number}"], "more": needs}
    beta = {
        "name": "Beta",
        "constraints": [{"field": "plan", "operator": "IN", "values": ["gold"]}],
    }
    return {"format": FORMAT, "segments": {"beta": beta}, "features": features}


@pytest.fixture
def file(transactional_db: None, tmp_path: Path) -> Path:
    ensure_environments()
    perform(BY, CreateTeam(key="shop", name="Shop"))
    perform(BY, changes.CreateFeature(key="kill-switch", name="Kill switch", owner="shop"))
    file = tmp_path / "production.json"
    file.write_text(json.dumps(document(MANY)))
    return file


@pytest.mark.parametrize("more", [(), ("--check",)], ids=["import", "dry-run"])
def test_flip__while_a_large_file_is_imported__waits_less_than_a_second(
    file: Path, processes: Processes, more: tuple[str, ...]
) -> None:
    importing = processes.manage("import", str(file), "--environment", "production", *more)
    log = processes.folder / "process-0.log"
    waits = []
    while importing.poll() is None and len(waits) < 2_000:
        began = time.monotonic()
        flip(on=len(waits) % 2 == 0)
        waits.append(time.monotonic() - began)
    assert importing.wait(60) == 0, log.read_text()
    assert len(waits) > 5
    assert sorted(waits)[len(waits) * 95 // 100] < BUDGET
    assert max(waits) < BUSY_MACHINE
    assert Feature.objects.count() == (1 if more else MANY + 1)
    assert f"{MANY + 1} created, 0 changed, 0 same, 0 refused" in log.read_text()


def test_import__stopped_half_way__says_what_is_done_and_is_finished_by_running_again(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make, made = changes.CreateFeature.apply, []

    def failing(self: changes.CreateFeature, by: Authorship) -> Any:
        if len(made) == 3:
            raise OperationalError("canceling statement due to lock timeout")
        made.append(self.key)
        return make(self, by)

    monkeypatch.setattr(changes.CreateFeature, "apply", failing)
    with pytest.raises(CommandError, match=r"All that is listed above is done, .* run it again"):
        call_command("import", str(file), environment="production")
    assert capsys.readouterr().out.count("created  feature") == 3
    assert Feature.objects.filter(key__startswith="imported-").count() == 3
    monkeypatch.undo()
    call_command("import", str(file), environment="production")
    told = capsys.readouterr().out
    assert f"{MANY - 3} created, 0 changed, 4 same, 0 refused" in told


def flip(*, on: bool) -> None:
    perform(
        BY,
        changes.SetExposure(
            feature="kill-switch",
            environment="production",
            exposure=Exposure.of(enabled=on, rules=[]),
            keep_options=True,
        ),
    )
