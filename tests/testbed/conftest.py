"""Small web servers to be the services of the testbed's meshes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.testbed.answering import Answering


@pytest.fixture
def versions() -> Iterator[dict[str, int]]:
    """Two running versions of a service: name → loopback port. Each answers with its name."""
    with Answering("v1") as v1, Answering("v2") as v2:
        yield {"v1": v1.port, "v2": v2.port}
