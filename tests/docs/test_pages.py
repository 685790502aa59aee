"""The lines of further pages, on one embedded stack without the demo."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.running import Reader
from tests.docs.starting import reader_on_free_ports
from tests.processes import ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def another_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Reader]]:
    """A stack that runs, and shells in its folder."""
    with reader_on_free_ports(tmp_path_factory.mktemp("pages")) as first:
        first.run(blocks_of(DOCS / "getting-started.md", before="The first administrator"))
        yield first.again


@pytest.mark.parametrize("page", ["api.md", "command-line.md", "first-service.md"])
def test_page__its_own_lines_in_order__all_work(
    page: str, another_shell: Callable[[Path], Reader], tmp_path: Path
) -> None:
    with another_shell(tmp_path / "shell.txt") as shell:
        shell.run(blocks_of(DOCS / page))
