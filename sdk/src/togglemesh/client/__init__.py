"""The client of one environment: follows its changes, decides in process."""

from togglemesh.client.client import Client

__all__ = ["Client"]
