"""The client: what a service holds one of for its whole life."""

import logging
import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal, Self

from togglemesh.carrying import carried_decisions, carry, note_decision
from togglemesh.client.backoff import Backoff
from togglemesh.client.cache import SnapshotFile, cache_path
from togglemesh.client.follower import Follower
from togglemesh.client.forking import restart_after_fork
from togglemesh.client.replica import OnChange, Replica
from togglemesh.client.stream import ChangeStream
from togglemesh.engine import Decision, Engine, InvalidDocument, Reason
from togglemesh.engine.decision import default_decision
from togglemesh.typed import Context, Decisions, own_value

log = logging.getLogger(__name__)

State = Literal["starting", "live", "stale"]


class Client(Decisions):
    """Follows one environment in a thread and decides in process.

    `url` is an evaluator's, `key` an API key of kind `server`. `cache_dir` keeps the last known
    good snapshot for a start without control plane. `bootstrap` is a snapshot to begin with when
    there is no cached one. `first_hop` is False for a service behind another one that decides:
    it then takes the off variant of a carried feature when no decision came along.
    Raises ValueError for a url or key that can never work; nothing afterwards raises.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        cache_dir: str | os.PathLike[str] | None = None,
        first_hop: bool = True,
        bootstrap: Mapping[str, Any] | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 45.0,
        backoff: Backoff | None = None,
        cache_delay: float = 1.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.first_hop = first_hop
        self._stream = partial(
            ChangeStream,
            url,
            key,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            tls=tls,
        )
        self._backoff = backoff or Backoff()
        self._file = (
            SnapshotFile(cache_path(cache_dir, url, key), cache_delay) if cache_dir else None
        )
        self._replica = Replica(self._keep)
        self._follower = Follower(self._stream(), self._replica, self._backoff)
        self._start_from(bootstrap)
        self._follower.start()
        restart_after_fork(self)

    def decide(self, key: str, context: Context | None = None, default: Any = None) -> Decision:
        """Never raises, never waits. A decision carried along the request chain comes first."""
        try:
            engine = self._replica.engine
            if engine is None:
                return default_decision(key, default, Reason.NOT_READY)
            return own_value(self._decide(engine, key, context or {}, default))
        except Exception:  # the caller's request is worth more than our decision
            log.exception("client.decide_failed key=%r", key)
            return default_decision(key, default, Reason.ERROR)

    def decide_all_carried(self, context: Context) -> dict[str, Decision]:
        """A first hop's decisions of all features that travel; what came along is not asked."""
        engine = self._replica.engine
        return {} if engine is None else engine.decide_all_carried(context)

    @contextmanager
    def begin_chain(self, context: Context, baggage: str | None = None) -> Iterator[None]:
        """For a service that requests enter from outside: within it, every feature that travels
        is decided for this context, and `outgoing_baggage` tells the services behind.
        """
        with carry(baggage, first_hop=True):
            for key, decision in self.decide_all_carried(context).items():
                if decision.variant is not None:
                    note_decision(key, decision.variant)
            yield

    @property
    def ready(self) -> bool:
        """Whether there is anything to decide from: from the stream, the disk or `bootstrap`."""
        return self._replica.engine is not None

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """The one method that waits; False when the timeout (seconds) passed first."""
        return self._replica.loaded.wait(timeout)

    @property
    def state(self) -> State:
        """`live` while the stream is read, `stale` when deciding from earlier knowledge."""
        if not self.ready:
            return "starting"
        return "live" if self._follower.live else "stale"

    @property
    def last_number(self) -> int:
        """The number of the last change that is in; 0 before anything is loaded."""
        engine = self._replica.engine
        return 0 if engine is None else engine.number

    @property
    def environment(self) -> str | None:
        """The environment that the key names; None before anything is loaded."""
        engine = self._replica.engine
        return None if engine is None else engine.environment

    def on_change(self, callback: OnChange) -> Callable[[], None]:
        """Calls back, in the client's thread, with the keys that may decide differently.

        Gives a function that ends it.
        """
        return self._replica.listen(callback)

    def close(self) -> None:
        """Stops following; safe to repeat. It goes on deciding from what is known."""
        self._follower.close()
        if self._file is not None:
            self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def after_fork(self) -> None:
        """Called in a forked child, where the parent's thread is not and its locks may be held."""
        self._replica = self._replica.again(self._keep)
        if self._file is not None:
            self._file = self._file.again()
        # The parent's connection is not closed: shutting the shared socket would end it there.
        was_closed = self._follower.closed
        self._follower = Follower(self._stream(), self._replica, self._backoff)
        if not was_closed:
            self._follower.start()

    def _decide(self, engine: Engine, key: str, context: Context, default: Any) -> Decision:
        variant = carried_decisions().get(key)
        if variant is not None:
            carried = engine.decide_carried(key, variant)
            if carried is not None:
                return carried
        if not self.first_hop:
            undecided = engine.decide_undecided(key)
            if undecided is not None:
                return undecided
        decision = engine.decide(key, context, default)
        if decision.variant is not None and engine.is_carried(key):
            note_decision(key, decision.variant)
        return decision

    def _start_from(self, bootstrap: Mapping[str, Any] | None) -> None:
        engine = self._file.read() if self._file is not None else None
        if engine is None and bootstrap is not None:
            engine = _bootstrapped(bootstrap)
        if engine is not None:
            self._replica.start_from(engine)

    def _keep(self, engine: Engine) -> None:
        if self._file is not None:
            self._file.save_soon(engine.snapshot)


def _bootstrapped(snapshot: Mapping[str, Any]) -> Engine | None:
    try:
        return Engine.from_snapshot(snapshot)
    except InvalidDocument as problem:
        log.warning("client.bootstrap_refused field=%s problem=%s", problem.field, problem.problem)
        return None
