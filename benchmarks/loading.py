"""Loading many features into our engine, and changing one of them while others read."""

from __future__ import annotations

import time

from benchmarks.samples import median, quantile
from benchmarks.table import Row, Table
from benchmarks.workloads import WORKLOADS, make_feature, make_keys, make_snapshot
from togglemesh.engine import Engine

FEATURES, CHANGES, TURNS = 10_000, 500, 3


def measure(features: int = FEATURES, changes: int = CHANGES, turns: int = TURNS) -> Table:
    keys = make_keys(features)
    snapshot = make_snapshot(keys, WORKLOADS[0])
    snapshot["features"] = {key: make_feature(key, WORKLOADS[n % 3]) for n, key in enumerate(keys)}
    loads = []
    for _ in range(turns):
        began = time.perf_counter()
        engine = Engine.from_snapshot(snapshot)
        loads.append(time.perf_counter() - began)
    changed = [_change(engine, keys[n % features], n) for n in range(1, changes + 1)]
    return f"Loading {features:,} features, a third of each workload", _rows(loads, changed)


def _change(engine: Engine, key: str, number: int) -> float:
    document = make_feature(key, WORKLOADS[(number + 1) % 3])
    change = {"number": number, "kind": "feature", "key": key, "document": document}
    began = time.perf_counter()
    engine.apply(change)
    return time.perf_counter() - began


def _rows(loads: list[float], changed: list[float]) -> list[Row]:
    worst = f"p99 {quantile(changed, 0.99) * 1e6:.0f} µs, {len(changed)} changes"
    return [
        ("all of them", f"{median(loads):.2f} s", f"best {min(loads):.2f} s of {len(loads)}"),
        ("one changed feature of them", f"{median(changed) * 1e6:.0f} µs", worst),
    ]
