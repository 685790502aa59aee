"""The HTTP server of the evaluator: granian, with any number of workers on one port."""

import asyncio
import ctypes
import gc
import signal
import sys
from collections.abc import Callable

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from accounts.connections import places, raise_file_limit

# Each open connection holds a place.
MOST_AT_ONCE = 10_000
BACKLOG = 16_384  # connections that wait to be taken; the system may allow fewer
HEAD_MILLISECONDS = 15_000  # for a request's head, and for the pause before the next one


def serve(factory: str, host: str, port: int, workers: int = 1) -> None:
    """Serve the ASGI application that `factory` makes, until a signal ends it."""
    raise_file_limit()
    Granian(
        factory,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backlog=BACKLOG,
        backpressure=places(MOST_AT_ONCE),
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MILLISECONDS),
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve()


def end_with_parent() -> None:
    """Have the serving process end when granian's main process is killed (on Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)


def settle_memory() -> None:
    """Have the garbage collector leave alone what is there by now: it stays, and is a lot.

    Requests leave hardly any circles, so it need not look after every few of them either.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def on_stop(act: Callable[[], None]) -> None:
    """Have `act` called in the event loop when the serving process is asked to end.

    Granian waits for open responses before it tells the application, and streams never end by
    themselves. asyncio hears of signals by its wake-up file, so granian's own handler stays.
    """
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(act))
