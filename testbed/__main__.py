"""`python -m testbed`: what `make testbed` calls. Prints a kubeconfig's path; Ctrl-C stops it."""

from __future__ import annotations

import signal
import sys
import threading

from testbed.child import DidNotStart
from testbed.cluster import running_cluster
from testbed.golang import CannotBuild
from testbed.waiting import TooLate


def main() -> int:
    try:
        with running_cluster(_say) as cluster:
            _say(f"testbed: istiod serves xDS on 127.0.0.1:{cluster.xds_port}. The demo on it:")
            istiod = f"TOGGLEMESH_ISTIOD=127.0.0.1:{cluster.xds_port}"
            _say(f"testbed:   KUBECONFIG={cluster.kubeconfig} {istiod} make run")
            _say("testbed: ready; Ctrl-C stops it. The kubeconfig:")
            print(cluster.kubeconfig, flush=True)  # the result of this command
            _wait_for_the_end()
    except (CannotBuild, DidNotStart, TooLate) as reason:
        _say(str(reason))
        return 1
    except KeyboardInterrupt:
        _say("testbed: stopped.")
    return 0


def _wait_for_the_end() -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    _say("testbed: stopping …")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
