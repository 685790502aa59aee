"""The fixture `cluster`: one running testbed for the whole session, for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from testbed.cluster import Cluster, running_cluster
from testbed.golang import CannotBuild


@contextmanager
def skipping() -> Iterator[None]:
    """What cannot be had skips the test, unless TOGGLEMESH_REQUIRE names the testbed: then it
    fails."""
    try:
        yield
    except CannotBuild as reason:
        if "testbed" in os.environ.get("TOGGLEMESH_REQUIRE", "").split(","):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with skipping(), running_cluster() as running:
        yield running
