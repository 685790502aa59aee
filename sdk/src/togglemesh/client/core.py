"""Everything that both kinds of client do: follow in the background, decide in process, report.
What is left to them is waiting and closing.
"""

import logging
import os
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from togglemesh.carrying import carried_decisions, carried_variant, carry, note_decision
from togglemesh.client.backoff import Backoff
from togglemesh.client.bootstrap import Bootstrap, first_engine
from togglemesh.client.cache import SnapshotFile, cache_path
from togglemesh.client.forking import restart_after_fork
from togglemesh.client.leaving import close_at_exit
from togglemesh.client.link import Link, Settings
from togglemesh.client.replica import OnChange, Replica
from togglemesh.client.reporter import Identity
from togglemesh.engine import Decision, Engine, Reason
from togglemesh.engine.decision import default_decision
from togglemesh.signing import Signer
from togglemesh.typed import NESTED, Context, Decisions, own_value

log = logging.getLogger(__name__)

State = Literal["starting", "live", "stale"]
OnState = Callable[[State], None]
OnDecision = Callable[[Decision, Context, str | None], None]


class Core(Decisions):
    """Follows one environment in a thread and decides in process.

    `url` is an evaluator's, `key` an API key of kind `server`. Times are in seconds.
    `cache_dir` keeps the last known good snapshot for a start without control plane.
    `bootstrap` is a snapshot, or the path of one, to begin with when there is no cached one.
    `first_hop` is False for a service behind another one that decides: it then takes the off
    variant of a carried feature when no decision came along.
    `signer` signs decisions that are taken here, and verifies those that come along.
    `service`, `version` and `features` (those that its code can serve) are told to the server.
    `usage_interval`: how often it is told of usage; None tells it nothing.
    `poll_interval`: how often to ask where the stream does not come through; None never asks.
    `on_decision` is called with each decision, its context and the environment, in the caller's
    thread: see `togglemesh.evaluation_events`.
    Raises ValueError for a url or key that can never work; nothing afterwards raises.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        cache_dir: str | os.PathLike[str] | None = None,
        first_hop: bool = True,
        bootstrap: Bootstrap | None = None,
        signer: Signer | None = None,
        service: str = "",
        version: str = "",
        features: Iterable[str] = (),
        usage_interval: float | None = 60.0,
        poll_interval: float | None = 15.0,
        on_decision: OnDecision | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 45.0,
        backoff: Backoff | None = None,
        cache_delay: float = 1.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.first_hop, self.signer = first_hop, signer
        self._on_decision = on_decision
        self._settings = Settings(
            url=url,
            key=key,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            poll_interval=poll_interval,
            usage_interval=usage_interval,
            backoff=backoff or Backoff(),
            tls=tls,
        )
        self._identity = Identity(service, version, frozenset(features))
        self._file = (
            SnapshotFile(cache_path(cache_dir, url, key), cache_delay) if cache_dir else None
        )
        self._state_listeners: tuple[OnState, ...] = ()
        self._replica = Replica(self._keep)
        self._connect()
        engine = first_engine(self._file, bootstrap)
        if engine is not None:
            self._replica.start_from(engine)
        self._link.start()
        restart_after_fork(self)
        close_at_exit(self)

    def decide(self, key: str, context: Context | None = None, default: Any = None) -> Decision:
        """Never raises, never waits. A decision carried along the request chain comes first."""
        try:
            engine = self._replica.engine
            if engine is None:
                decision = default_decision(key, default, Reason.NOT_READY)
            else:
                decision = self._decide(engine, key, context or {}, default)
                if decision.value.__class__ in NESTED:
                    decision = own_value(decision)
                self._count(key, decision.variant)
        except Exception:  # the caller's request is worth more than our decision
            log.exception("client.decide_failed key=%r", key)
            decision = default_decision(key, default, Reason.ERROR)
        if self._on_decision is not None:
            self._tell(decision, context or {})
        return decision

    def decide_all_carried(self, context: Context) -> dict[str, Decision]:
        """A first hop's decisions of all features that travel; what came along is not asked."""
        engine = self._replica.engine
        decisions = {} if engine is None else engine.decide_all_carried(context)
        for key, decision in decisions.items():
            self._count(key, decision.variant)
        return decisions

    @contextmanager
    def begin_chain(self, context: Context, baggage: str | None = None) -> Iterator[None]:
        """For a service that requests enter from outside: within it, every feature that travels
        is decided for this context, and `outgoing_baggage` tells the services behind.
        """
        with carry(baggage, first_hop=True, signer=self.signer):
            for key, decision in self.decide_all_carried(context).items():
                if decision.variant is not None:
                    note_decision(key, decision.variant, self.signer)
            yield

    def track(
        self,
        event: str,
        context: Context | None = None,
        *,
        feature: str | None = None,
        success: bool | None = None,
        latency: float | None = None,
        value: float | None = None,
    ) -> None:
        """What came of a decision: success or failure, how long it took (seconds), what it was
        worth. Without a feature it counts for every decision of the request chain. Never
        raises, never waits.
        """
        try:
            for one, variant in self._concerned(feature, context or {}):
                self._outcomes.add(
                    event, one, variant, success=success, latency=latency, value=value
                )
        except Exception:  # the caller's request is worth more than our counts
            log.exception("client.track_failed event=%r", event)

    @property
    def ready(self) -> bool:
        """Whether there is anything to decide from: from the server, the disk or `bootstrap`."""
        return self._replica.engine is not None

    @property
    def state(self) -> State:
        """`live` while the server is followed, `stale` when deciding from earlier knowledge."""
        if not self.ready:
            return "starting"
        return "live" if self._follower.live else "stale"

    @property
    def via(self) -> Literal["stream", "polling"] | None:
        """How the server is followed now; None when it is not."""
        return self._follower.via

    @property
    def refused(self) -> str | None:
        """What was said instead of following: 401 or 403, of the server or of something on the way.
        The client decides from what is known, asks again each few minutes, and is let in once the
        refusal is over; then this is None again.
        """
        return self._follower.refused

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

    def on_state(self, callback: OnState) -> Callable[[], None]:
        """Calls back, in the client's thread, when it begins or ceases to follow the server, and
        when it is refused or no longer. Gives a function that ends it.
        """
        self._state_listeners = (*self._state_listeners, callback)
        return lambda: self._forget(callback)

    def leave(self, timeout: float = 5.0) -> None:
        """Ends both threads, waiting at most so long for each; safe to repeat."""
        self._link.close(timeout)
        if self._file is not None:
            self._file.flush()

    def after_fork(self) -> None:
        """Called in a forked child, where the parent's thread is not and its locks may be held."""
        self._replica = self._replica.again(self._keep)
        if self._file is not None:
            self._file = self._file.again()
        # The parent's connection is not closed: shutting the shared socket would end it there.
        was_closed = self._follower.closed
        self._identity = self._identity.again()
        self._connect()
        if not was_closed:
            self._link.start()

    def _connect(self) -> None:
        link = self._link = Link(self._settings, self._identity, self._replica, self._turned)
        self._follower, self._outcomes, self._count = link.follower, link.outcomes, link.usage.count

    def _decide(self, engine: Engine, key: str, context: Context, default: Any) -> Decision:
        variant = carried_variant(key, self.signer)
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
            note_decision(key, decision.variant, self.signer)
        return decision

    def _concerned(
        self, feature: str | None, context: Context
    ) -> Iterable[tuple[str | None, str | None]]:
        if feature is None:
            return list(carried_decisions().items()) or [(None, None)]
        engine = self._replica.engine
        if engine is None:
            return [(feature, None)]
        return [(feature, self._decide(engine, feature, context, None).variant)]

    def _tell(self, decision: Decision, context: Mapping[str, Any]) -> None:
        try:
            if self._on_decision is not None:
                self._on_decision(decision, context, self.environment)
        except Exception:  # the same
            log.exception("client.on_decision_failed key=%r", decision.key)

    def _turned(self) -> None:
        for listener in self._state_listeners:
            try:
                listener(self.state)
            except Exception:  # the caller's own code; the stream must go on
                log.exception("client.listener_failed")

    def _forget(self, callback: OnState) -> None:
        self._state_listeners = tuple(one for one in self._state_listeners if one is not callback)

    def _keep(self, engine: Engine) -> None:
        if self._file is not None:
            self._file.save_soon(engine.snapshot)
