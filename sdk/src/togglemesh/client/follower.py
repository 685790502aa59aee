"""The thread that keeps a replica up to date: connects, reads, waits, connects again."""

import json
import logging
import time
from http.client import HTTPException
from threading import Event as Flag
from threading import Thread
from typing import Any

from togglemesh.client.backoff import Backoff
from togglemesh.client.events import Event, EventTooLong
from togglemesh.client.replica import Replica
from togglemesh.client.stream import ChangeStream, StreamFailed, StreamRefused
from togglemesh.engine import ChangeGap

log = logging.getLogger(__name__)

STOPPED = "client.stopped problem=%s; check the API key. Deciding from what is known"
SETTLED = 5.0  # seconds; a shorter connection does not make the next wait short again
UNREACHABLE = (OSError, HTTPException, EventTooLong)
UNUSABLE = (ChangeGap, ValueError)  # ValueError is also every InvalidDocument, and torn JSON


class Follower:
    """`live` says whether the stream is being read and the replica is what it says."""

    def __init__(self, stream: ChangeStream, replica: Replica, backoff: Backoff) -> None:
        self.live = False
        self._stream, self._replica, self._backoff = stream, replica, backoff
        self._resume = False  # what comes from disk may be of another history than the server's
        self._closing = Flag()
        self._lost = False
        self._thread = Thread(target=self._run, name="togglemesh-follower", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def closed(self) -> bool:
        return self._closing.is_set()

    def close(self, timeout: float = 5.0) -> None:
        """Safe to repeat. Waits for the thread no longer than the timeout."""
        self._closing.set()
        self._stream.close()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._closing.is_set():
            started = time.monotonic()
            try:
                wait = self._follow()
            except StreamRefused as refusal:
                log.error(STOPPED, refusal)  # noqa: TRY400 - a traceback would hide the sentence
                return
            finally:
                was_live, self.live = self.live, False
            if was_live and time.monotonic() - started >= SETTLED:
                self._backoff.reset()
            self._closing.wait(max(self._backoff.next(), wait))

    def _follow(self) -> float:
        """Reads one connection to its end; gives the seconds that the server asks to stay away."""
        try:
            self._read()
        except UNUSABLE as problem:
            self._resume = False
            self._tell(problem)
        except StreamFailed as failure:
            self._tell(failure)
            return failure.retry_after
        except UNREACHABLE as problem:
            self._tell(problem)
        except StreamRefused:
            raise
        except Exception:  # a dead thread would never see another change
            self._resume = False
            if not self._closing.is_set():
                log.exception("client.stream_failed")
        else:
            self._tell("the server ended it")
        return 0.0

    def _read(self) -> None:
        engine = self._replica.engine
        after = engine.number if engine is not None and self._resume else None
        for event in self._stream.events(after):
            if event is not None:
                self._take(event)
            if self._resume:
                self._is_live()

    def _take(self, event: Event) -> None:
        if event.name == "snapshot":
            self._replica.load(_object(event))
            self._resume = True
        elif event.name == "change":
            self._replica.apply(_object(event))

    def _is_live(self) -> None:
        if self._lost:
            log.info(
                "client.stream_back number=%s", self._replica.engine and self._replica.engine.number
            )
        self._lost, self.live = False, True

    def _tell(self, problem: object) -> None:
        """Once for each outage: a control plane that is down for a night must not fill a log."""
        if not self._closing.is_set():
            level = logging.DEBUG if self._lost else logging.WARNING
            log.log(level, "client.stream_lost problem=%s; deciding from what is known", problem)
        self._lost = True


def _object(event: Event) -> dict[str, Any]:
    content = json.loads(event.data)
    if not isinstance(content, dict):
        raise ValueError(f"the server sent a {event.name} that is no object")  # noqa: TRY004 - see UNUSABLE
    return content
