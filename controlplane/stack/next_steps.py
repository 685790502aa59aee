"""What to do after the first start without the demo: lines for a shell, in the project's folder."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

CURL = "curl --fail-with-body -sS -w '\\n'"
JSON = "-H 'Content-Type: application/json'"
FEATURE = (
    '{"key": "first-feature", "name": "First feature", "owner": "first-team", '
    '"reason": "first steps"}'
)


def next_steps(public_url: str, environ: Mapping[str, str]) -> list[str]:
    """From an empty installation to a feature, and a key for an SDK."""
    manage = _manage(environ)
    features = f"{public_url.rstrip('/')}/api/v1/features"
    bearer = '-H "Authorization: Bearer $TOKEN"'
    return [
        f"{manage} create_team first-team --name 'First team'",
        f"{manage} add_member first-team admin --role owner",
        f"TOKEN=$({manage} create_token first-steps --user admin)",
        f"{CURL} {bearer} {JSON} -d {shlex.quote(FEATURE)} {features}",
        f"{manage} create_api_key server --environment development",
    ]


def _manage(environ: Mapping[str, str]) -> str:
    """`manage.py` as this process was started, with the data folder where it is not the usual."""
    python = os.path.relpath(sys.executable)
    command = f"{shlex.quote(min(python, sys.executable, key=len))} {_script()}"
    home = environ.get("TOGGLEMESH_HOME")
    where = f"TOGGLEMESH_HOME={shlex.quote(str(Path(home).absolute()))} " if home else ""
    return where + command


def _script() -> str:
    script = Path(__file__).resolve().parents[2] / "manage.py"
    return shlex.quote(min(str(script), os.path.relpath(script), key=len))
