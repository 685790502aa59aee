"""The fixture `cluster`: one running testbed for the whole session, for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from testbed.cluster import Cluster, running_cluster
from testbed.golang import CannotBuild


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
