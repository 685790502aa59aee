"""The clients of one environment: follow its changes, decide in process."""

from togglemesh.client.async_client import AsyncClient
from togglemesh.client.client import Client

__all__ = ["AsyncClient", "Client"]
