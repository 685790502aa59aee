"""A running cluster for the whole session, and small web servers to be its services."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from testbed.cluster import Cluster, running_cluster
from testbed.golang import CannotBuild
from tests.testbed.answering import Answering


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Skips when it cannot be had, unless TOGGLEMESH_REQUIRE names the testbed: then it fails."""
    try:
        with running_cluster() as running:
            yield running
    except CannotBuild as reason:
        if "testbed" in os.environ.get("TOGGLEMESH_REQUIRE", "").split(","):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture
def versions() -> Iterator[dict[str, int]]:
    """Two running versions of a service: name → loopback port. Each answers with its name."""
    with Answering("v1") as v1, Answering("v2") as v2:
        yield {"v1": v1.port, "v2": v2.port}
