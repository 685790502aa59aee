"""The commands of docs/moving-over.md, run one after the other in one shell."""

import re
import subprocess
import sys
from pathlib import Path

from accounts.models import ApiKey
from tests.evaluator.service import FEATURE, Service, expose
from tests.processes import ROOT, Processes

PAGE = ROOT / "docs" / "moving-over.md"


def test_page__its_commands__work_and_show_the_feature(
    changing: Service, processes: Processes, tmp_path: Path
) -> None:
    expose()
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(), re.DOTALL)
    script = "\n".join(blocks).replace(".venv/bin/python", f'"{sys.executable}"')
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=ROOT,
        env={**processes.environ, "EVALUATOR": f"http://127.0.0.1:{changing.port}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(re.findall(f'"(?:name|key)":"{FEATURE}"', ran.stdout)) == 3
    live = ApiKey.objects.filter(revoked_at=None).exclude(name="test")
    assert sorted(live.values_list("kind", "name")) == [
        ("client", "web"),
        ("edge", "relay"),
        ("server", "cart"),
        ("server", "ofrep"),
    ]
