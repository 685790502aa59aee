"""The thread that keeps a replica up to date: streams, polls where that fails, tries again."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event as Flag
from threading import Thread
from typing import Any, Literal

from togglemesh.client.backoff import Backoff
from togglemesh.client.connection import BROKEN, Failed, Refused, Server, Unreachable
from togglemesh.client.events import Event, EventTooLong
from togglemesh.client.polling import SnapshotPoll
from togglemesh.client.refusals import after_refusal
from togglemesh.client.replica import Replica
from togglemesh.client.stream import ChangeStream
from togglemesh.engine import ChangeGap

log = logging.getLogger(__name__)

REFUSED = "client.refused problem=%s; check the API key. Deciding from what is known, asking rarely"
SETTLED = 5.0  # seconds; a shorter connection does not make the next wait short again
UNUSABLE = (ChangeGap, ValueError)  # ValueError is also every InvalidDocument, and torn JSON

Via = Literal["stream", "polling"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a connection ended. `useless`: the server is there, but its stream tells nothing.
    `refused` is what was said with 401 or 403.
    """

    retry_after: float = 0.0
    useless: bool = False
    refused: str | None = None


class Follower:
    """`via` says how the replica is kept up now, None when it is not; `refused` what the server
    says instead, with 401 or 403, until it lets the client in again.

    `poll` is None when the client must not poll. `on_turn` is called, in this thread, each time
    that `via` or `refused` changes.
    """

    def __init__(
        self,
        server: Server,
        stream: ChangeStream,
        replica: Replica,
        *,
        poll: SnapshotPoll | None,
        backoff: Backoff,
        on_turn: Callable[[], None] = lambda: None,
    ) -> None:
        self.via: Via | None = None
        self.refused: str | None = None
        self._server, self._stream, self._poll = server, stream, poll
        self._replica, self._backoff, self._on_turn = replica, backoff, on_turn
        seldom = 4 * poll.interval if poll else 0
        self._stream_again = Backoff(first=seldom, most=10 * seldom)
        self._refused_again = after_refusal()
        self._resume = False  # what comes from disk may be of another history than the server's
        self._closing = Flag()
        self._lost = False
        self._thread = Thread(target=self._run, name="togglemesh-follower", daemon=True)

    @property
    def live(self) -> bool:
        return self.via is not None

    def start(self) -> None:
        self._thread.start()

    @property
    def closed(self) -> bool:
        return self._closing.is_set()

    def close(self, timeout: float = 5.0) -> None:
        """Safe to repeat. Waits for the thread no longer than the timeout."""
        self._closing.set()
        self._server.close()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        try:
            while not self.closed:
                self._closing.wait(self._round())
        finally:
            self._turn(None, self.refused)

    def _round(self) -> float:
        """One stream to its end, then polling if it was of no use; gives the seconds to wait."""
        started = time.monotonic()
        ended = self._attempt(self._read_stream) or self._ended_by_server()
        if self.via == "stream":
            if time.monotonic() - started >= SETTLED:
                self._backoff.reset()
                self._stream_again.reset()
        elif ended.useless and self._poll is not None and not self.closed:
            failed = self._attempt(self._keep_polling)
            if failed is None:
                return 0.0
            stood = self.via == "polling"
            ended = failed if stood else replace(failed, refused=failed.refused or ended.refused)
        self._turn(None, ended.refused)
        waiting = self._backoff if ended.refused is None else self._refused_again
        return max(waiting.next(), ended.retry_after)

    def _attempt(self, read: Callable[[], None]) -> Ended | None:
        """None when it came to its end; never raises."""
        try:
            read()
        except Failed as failure:
            refused = str(failure) if isinstance(failure, Refused) else None
            self._tell(failure)
            return Ended(failure.retry_after, useless=not failure.retry_after, refused=refused)
        except (*BROKEN, *UNUSABLE, EventTooLong) as problem:
            self._tell(problem)
            self._resume = self._resume and isinstance(problem, BROKEN)
            return Ended(useless=not isinstance(problem, Unreachable))
        except Exception:  # a dead thread would never see another change
            self._resume = False
            if not self.closed:
                log.exception("client.stream_failed")
            return Ended(useless=True)
        return None

    def _ended_by_server(self) -> Ended:
        self._tell("the server ended it")
        return Ended(useless=True)

    def _read_stream(self) -> None:
        engine = self._replica.engine
        after = engine.number if engine is not None and self._resume else None
        for event in self._stream.events(after):
            if event is not None:
                self._take(event)
            if self._resume:
                self._is_live("stream")

    def _take(self, event: Event) -> None:
        if event.name == "snapshot":
            self._replica.load(_object(event))
            self._resume = True
        elif event.name == "change":
            self._replica.apply(_object(event))

    def _keep_polling(self) -> None:
        """Until it is time to try the stream again; raises when a poll fails."""
        poll = self._poll
        assert poll is not None  # noqa: S101 - the caller looked
        until = time.monotonic() + self._stream_again.next()
        while not self.closed:
            snapshot = poll.fetch()
            if snapshot is not None:
                self._replica.load(snapshot)
                poll.taken()
                self._resume = True
            self._is_live("polling")
            if time.monotonic() >= until:
                return
            self._closing.wait(poll.wait())

    def _is_live(self, via: Via) -> None:
        if self._lost:
            engine = self._replica.engine
            log.info("client.stream_back via=%s number=%s", via, engine and engine.number)
        self._lost = False
        if via == "stream" and self._poll is not None:
            # What comes now is not what the last poll gave.
            self._poll.forget()
        self._turn(via)

    def _turn(self, via: Via | None, refused: str | None = None) -> None:
        if (via, refused) == (self.via, self.refused):
            return
        if refused is not None and self.refused is None and not self.closed:
            log.error(REFUSED, refused)
        if via is not None:
            self._refused_again.reset()
        self.via, self.refused = via, refused
        self._on_turn()

    def _tell(self, problem: object) -> None:
        """Once for each outage: a control plane that is down for a night must not fill a log."""
        if not self.closed:
            level = logging.DEBUG if self._lost else logging.WARNING
            log.log(level, "client.stream_lost problem=%s; deciding from what is known", problem)
        self._lost = True


def _object(event: Event) -> dict[str, Any]:
    content = json.loads(event.data)
    if not isinstance(content, dict):
        raise ValueError(f"the server sent a {event.name} that is no object")  # noqa: TRY004 - see UNUSABLE
    return content
