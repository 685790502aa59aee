from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.routers.envoy.mesh import EnvoyMesh, running_mesh


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[EnvoyMesh]:
    with running_mesh(tmp_path) as mesh:
        yield mesh
