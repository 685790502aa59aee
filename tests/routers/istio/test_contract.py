"""The router's contract, on a real API server, istiod and Envoy."""

import pytest

from tests.routers.contract import RouterContract


@pytest.mark.testbed
class TestIstioRouter(RouterContract):
    """The fixture `mesh` is in conftest."""
