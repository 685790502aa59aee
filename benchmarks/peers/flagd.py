"""flagd's provider for Python, in-process, from a file; asked without OpenFeature's client."""

from __future__ import annotations

from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.evaluation_context import EvaluationContext

from benchmarks.peers.base import Peer, write_document
from benchmarks.peers.flagd_core import make_definition
from benchmarks.workloads import CONTEXT, USER, Workload


def build(keys: list[str], workload: Workload) -> Peer:
    path = write_document(make_definition(keys, workload))
    context = EvaluationContext(USER, dict(CONTEXT))
    provider = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=str(path))
    provider.initialize(context)

    def close() -> None:
        provider.shutdown()
        path.unlink()

    return Peer(lambda key: provider.resolve_boolean_details(key, False, context).value, close)
