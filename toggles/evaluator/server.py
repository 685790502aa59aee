"""The HTTP server of the evaluator: granian with one worker."""

import ctypes
import signal
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# An open stream holds a place among the requests that are served at the same time.
MOST_AT_ONCE = 10_000


def serve(factory: str, host: str, port: int) -> None:
    """Serve the ASGI application that `factory` makes, until a signal ends it."""
    Granian(
        factory,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        backpressure=MOST_AT_ONCE,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve()


def end_with_parent() -> None:
    """Have the serving process end when granian's main process is killed (on Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
