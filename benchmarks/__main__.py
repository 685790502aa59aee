"""`python -m benchmarks`: starts servers of its own, measures, prints one table. About a minute."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import decisions, flips, requests, streams
from benchmarks.table import print_table
from benchmarks.world import World


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="togglemesh-bench-") as folder:
        # PostgreSQL runs as another user when we are root.
        Path(folder).chmod(0o755)
        with World(Path(folder)) as world:
            print_table("One decision in process", decisions.measure())
            print_table("OFREP, one feature", requests.measure(world))
            print_table("A thousand streams", streams.measure(world))
            print_table("From a flip's commit", flips.measure(world))


if __name__ == "__main__":
    main()
