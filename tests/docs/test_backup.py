"""The lines of docs/backup-and-upgrade.md: what was dumped is there again."""

import secrets
from pathlib import Path

import psycopg

from controlplane.stack.postgres import program
from tests.docs.blocks import Block, blocks_of
from tests.docs.running import Reader, copy_of_project
from tests.processes import ROOT
from tests.servers import Servers

PROGRAMS = program("pg_dump").parent
BEFORE = Block(
    place="before the page",
    info="sh run",
    text=(
        f'export PATH="{PROGRAMS}:$PATH"\n'  # the server's own version of them
        ".venv/bin/python manage.py prepare --without-sign-in\n"
        ".venv/bin/python manage.py create_team shop\n"
    ),
)


def test_backup__dumped_and_restored__has_what_was_there_and_a_whole_audit_chain(
    tmp_path: Path, private_servers: Servers
) -> None:
    environ = {name: private_servers.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    environ["TOGGLEMESH_SECRET_KEY"] = secrets.token_hex(32)
    project = copy_of_project(tmp_path / "togglemesh")
    with Reader(project, {}, environ, tmp_path / "shell.txt") as shell:
        shell.run([BEFORE, *blocks_of(ROOT / "docs" / "backup-and-upgrade.md")])
    restored = f"{environ['DATABASE_URL'].rpartition('/')[0]}/togglemesh_restored"
    with psycopg.connect(restored) as connection:
        assert connection.execute("SELECT key FROM accounts_team").fetchall() == [("shop",)]
