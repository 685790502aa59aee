"""The router's contract, on a real Envoy."""

from tests.routers.contract import RouterContract


class TestEnvoyRouter(RouterContract):
    """The fixture `mesh` is in conftest."""
