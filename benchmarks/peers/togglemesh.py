"""Ours, on the same terms: the engine alone, and the client that an application holds."""

from __future__ import annotations

from benchmarks.peers.base import Peer
from benchmarks.workloads import CONTEXT, Workload, make_snapshot
from togglemesh import Client
from togglemesh.engine import Engine


def build_engine(keys: list[str], workload: Workload) -> Peer:
    context = dict(CONTEXT)
    decide = Engine.from_snapshot(make_snapshot(keys, workload)).decide
    return Peer(lambda key: decide(key, context).value)


def build_client(keys: list[str], workload: Workload) -> Peer:
    bootstrap = make_snapshot(keys, workload)
    client = Client("http://127.0.0.1:1", "none", bootstrap=bootstrap, usage_interval=None)
    # Closed at once: it only decides from its bootstrap, and has nobody to follow.
    client.close()
    context, decide = dict(CONTEXT), client.decide
    return Peer(lambda key: decide(key, context).value)
