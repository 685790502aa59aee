"""`python -m benchmarks [NAME …]`: starts servers of its own, measures, prints tables.

The names are `decisions`, `loading`, `one`, `bulk`, `frontend`, `streams`, `flips`;
without any, all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import decisions, flips, frontend, loading, requests, streams
from benchmarks.hundred import Hundred
from benchmarks.table import Table, print_table
from benchmarks.world import World

IN_PROCESS: dict[str, Callable[[], Iterator[Table]]] = {
    "decisions": decisions.measure,
    "loading": lambda: iter([loading.measure()]),
}
WITH_SERVERS: dict[str, Callable[[World, Hundred], Table]] = {
    "one": lambda world, _: requests.measure_one(world),
    "bulk": requests.measure_all,
    "frontend": frontend.measure,
    "streams": lambda world, _: ("A thousand streams", streams.measure(world)),
    "flips": lambda world, _: ("From a flip's commit", flips.measure(world)),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    known = [*IN_PROCESS, *WITH_SERVERS]
    names = parser.parse_args().names or known
    if unknown := set(names) - set(known):
        parser.error(f"no part is named {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    _say_where()
    for name in (name for name in IN_PROCESS if name in names):
        for table in IN_PROCESS[name]():
            print_table(*table)
    _measure_with_servers([name for name in WITH_SERVERS if name in names])
    _say_load()


def _measure_with_servers(names: list[str]) -> None:
    if not names:
        return
    with tempfile.TemporaryDirectory(prefix="togglemesh-bench-") as folder:
        # PostgreSQL runs as another user when we are root.
        Path(folder).chmod(0o755)
        with World(Path(folder)) as world:
            hundred = Hundred(world)
            for name in names:
                print_table(*WITH_SERVERS[name](world, hundred))


def _say_where() -> None:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, {python}")
    _say_load()


def _say_load() -> None:
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\nload averages of 1, 5 and 15 minutes: {loads}", flush=True)


if __name__ == "__main__":
    main()
