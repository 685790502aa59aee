"""Decide feature toggles in process, carry the decision along the request chain."""

from togglemesh.carrying import carried_decisions, carry, outgoing_baggage
from togglemesh.client import AsyncClient, Client
from togglemesh.engine import Decision, Reason
from togglemesh.middleware import BaggageMiddleware, WsgiBaggageMiddleware
from togglemesh.signing import Signer
from togglemesh.testing import InMemoryClient

__all__ = [
    "AsyncClient",
    "BaggageMiddleware",
    "Client",
    "Decision",
    "InMemoryClient",
    "Reason",
    "Signer",
    "WsgiBaggageMiddleware",
    "carried_decisions",
    "carry",
    "outgoing_baggage",
]
