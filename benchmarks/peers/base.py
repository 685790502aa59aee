"""What a peer is, and which there are."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.workloads import Workload


def _nothing_to_close() -> None:
    pass


@dataclass(frozen=True)
class Peer:
    """`decide(key)` is one decision for the one context, truthy when the feature is on."""

    decide: Callable[[str], Any]
    close: Callable[[], object] = _nothing_to_close


# Name in the table, module here, package that must be installed.
PEERS = (
    ("UnleashClient", "unleash", "UnleashClient"),
    ("GrowthBook", "growthbook", "growthbook"),
    ("LaunchDarkly", "launchdarkly", "ldclient"),
    ("flagd, in-process provider", "flagd", "openfeature.contrib.provider.flagd"),
    ("flagd, its core alone", "flagd_core", "openfeature.contrib.tools.flagd.core"),
    ("Flagsmith", "flagsmith", "flagsmith"),
)
LOGGERS = ("UnleashClient", "growthbook", "ldclient", "openfeature", "flagsmith", "togglemesh")


def installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False


def build_peer(module: str, keys: list[str], workload: Workload) -> Peer:
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    peer: Peer = import_module(f"benchmarks.peers.{module}").build(keys, workload)
    return peer


def write_document(document: Any) -> Path:
    """For SDKs that take their features from a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(document, file)
    return Path(file.name)
