"""The commands of docs/moving-over.md, run as they stand there."""

import json
import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.changes import CreateTeam, ensure_environments
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from toggles.models import Feature, Toggle

PAGE = Path(__file__).resolve().parents[2] / "docs" / "moving-over.md"
COMMANDS = re.findall(
    r"^\.venv/bin/python manage\.py ((?:import|export).*)$",
    PAGE.read_text(encoding="utf-8"),
    re.MULTILINE,
)
UNLEASH = {"features": [{"name": "new-cart", "enabled": True, "strategies": []}]}
FLAG = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "on"}


@pytest.mark.django_db
def test_commands__in_order__features_come_in_and_go_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_environments()
    perform(Authorship(system("ada"), "because"), CreateTeam(key="shop", name="Shop"))
    monkeypatch.chdir(tmp_path)
    Path("unleash.json").write_text(json.dumps(UNLEASH), encoding="utf-8")
    Path("flags.json").write_text(json.dumps({"flags": {"banner": FLAG}}), encoding="utf-8")
    for command in COMMANDS:
        words, _, target = command.partition(" > ")
        out = StringIO()
        call_command(*shlex.split(words), stdout=out)
        assert "1 refused" not in out.getvalue()
        if target:
            Path(target).write_text(out.getvalue(), encoding="utf-8")
    assert len(COMMANDS) == 5
    assert set(Feature.objects.values_list("key", flat=True)) == {"new-cart", "banner"}
    on = Toggle.objects.filter(environment__key="production", current__enabled=True)
    assert on.count() == 2
