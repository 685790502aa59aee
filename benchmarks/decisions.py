"""The time of one decision in process: our engine and client beside others' SDKs.

Everybody holds 1,000 features and decides each of them in turn for one context; the SDKs take
turns (A B C A B C …), so that what else happens on the machine meets all alike.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from benchmarks.peers import togglemesh
from benchmarks.peers.base import PEERS, Peer, build_peer, installed
from benchmarks.samples import median
from benchmarks.table import Row, Table
from benchmarks.workloads import EVERYONE, FEATURES, WORKLOADS, Workload, make_keys

TURNS = 11
LEAST = 0.01  # seconds: a turn goes over all features until it has taken that long
ENGINE, CLIENT, LOOK_UP = "ToggleMesh, engine", "ToggleMesh, client", "a function with one look-up"
OURS = (ENGINE, CLIENT)

Decide = Callable[[str], Any]


def measure(features: int = FEATURES, turns: int = TURNS) -> Iterator[Table]:
    keys = make_keys(features)
    again: list[Row] = []
    for workload in WORKLOADS:
        with ExitStack() as held:
            decides = {LOOK_UP: _look_up(keys)}
            for name, peer in _build(keys, workload):
                held.callback(peer.close)
                _check_share(name, [bool(peer.decide(key)) for key in keys], workload)
                decides[name] = peer.decide
            took = time_in_turns(decides, keys, turns)
            same = time_in_turns(decides, keys[:1], turns)
        again += [(f"{name}: {workload}", shown(same[name]), _beside(name, same)) for name in OURS]
        title = f"One decision, {features:,} features each: {workload}"
        yield title, [*_rows(took), *_missing()]
    yield "The same, one feature asked for again and again", again


def _build(keys: list[str], workload: Workload) -> Iterator[tuple[str, Peer]]:
    yield ENGINE, togglemesh.build_engine(keys, workload)
    yield CLIENT, togglemesh.build_client(keys, workload)
    for name, module, package in PEERS:
        if installed(package):
            yield name, build_peer(module, keys, workload)


def _check_share(name: str, decided: list[bool], workload: Workload) -> None:
    """Who answers something else than asked for is not compared: that ends the run."""
    share = sum(decided) / len(decided)
    least, most = (1.0, 1.0) if workload == EVERYONE else (0.4, 0.6)
    if len(decided) >= FEATURES and not least <= share <= most:
        raise SystemExit(f"{name} has {share:.0%} of the features on in '{workload}'")


def time_in_turns(decides: dict[str, Decide], keys: list[str], turns: int) -> dict[str, float]:
    """Seconds of one decision by name: the median of the turns, less the empty loop's."""
    times = {name: _repetitions(decide, keys) for name, decide in decides.items()}
    taken: dict[str, list[float]] = {name: [] for name in decides}
    with _no_collector():
        for _ in range(turns):
            loop = _turn(_nothing, keys, times[LOOK_UP])
            for name, decide in decides.items():
                taken[name].append(_turn(decide, keys, times[name]) - loop)
    return {name: median(samples) for name, samples in taken.items()}


def _repetitions(decide: Decide, keys: list[str]) -> int:
    _turn(decide, keys, 1)  # the first is not counted: caches fill
    return max(1, round(LEAST / (_turn(decide, keys, 1) * len(keys))))


def _turn(decide: Decide, keys: list[str], repetitions: int) -> float:
    began = time.thread_time()  # of the processor: not while another process has it
    for _ in range(repetitions):
        for key in keys:
            decide(key)
    return (time.thread_time() - began) / (repetitions * len(keys))


@contextmanager
def _no_collector() -> Iterator[None]:
    """As timeit does: a collection would fall into the turn of whoever is on."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _look_up(keys: list[str]) -> Decide:
    values = dict.fromkeys(keys, True)
    return lambda key: values.get(key, False)


def _nothing(_key: str) -> None:
    """What the loop and the call themselves take."""


def _rows(took: dict[str, float]) -> list[Row]:
    rows: list[Row] = [(LOOK_UP, shown(took[LOOK_UP]), "")]
    rows += [(name, shown(took[name]), _beside(name, took)) for name in OURS]
    for name, seconds in sorted(_others(took).items(), key=lambda item: item[1]):
        rows.append((name, shown(seconds), f"{seconds / took[ENGINE]:.1f} x our engine"))
    return rows


def _beside(name: str, took: dict[str, float]) -> str:
    others = _others(took)
    if not others:
        return ""
    fastest = min(others, key=lambda other: others[other])
    return f"{took[name] / others[fastest]:.2f} of the fastest peer ({fastest})"


def _others(took: dict[str, float]) -> dict[str, float]:
    return {name: seconds for name, seconds in took.items() if name not in (LOOK_UP, *OURS)}


def _missing() -> list[Row]:
    absent = [name for name, _, package in PEERS if not installed(package)]
    return [(name, "not installed", "uv sync --all-extras --group bench") for name in absent]


def shown(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} µs"
