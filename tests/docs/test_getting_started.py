"""docs/getting-started.md from an empty folder, and docs/installing.md: their own lines."""

from pathlib import Path

from tests.docs.blocks import blocks_of
from tests.docs.starting import reader_on_free_ports
from tests.processes import ROOT
from tests.servers import Servers

GETTING_STARTED = ROOT / "docs" / "getting-started.md"
INSTALLING = ROOT / "docs" / "installing.md"


def test_getting_started__embedded_stack__every_line_works(tmp_path: Path) -> None:
    blocks = blocks_of(GETTING_STARTED)
    assert [one.prints for one in blocks if one.prints] == ["True\n", "False\n"] * 2
    with reader_on_free_ports(tmp_path) as shell:
        shell.run(blocks)


def test_getting_started__own_servers_as_in_installing__every_line_works(
    tmp_path: Path, private_servers: Servers
) -> None:
    instead = {
        "postgresql://togglemesh:change-me@127.0.0.1:5432/togglemesh": private_servers.postgres.url,
        "redis://127.0.0.1:6379/0": private_servers.valkey.url,
    }
    with reader_on_free_ports(tmp_path, instead) as shell:
        shell.run(blocks_of(INSTALLING, after="Own servers", before="In a cluster"))
        shell.run(blocks_of(GETTING_STARTED, after="The first team"))
