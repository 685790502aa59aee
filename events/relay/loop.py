"""The life of a relay: wait to lead, publish, wait to be woken; after any failure, all over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import django.db
import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from events.relay.backoff import delays, jittered
from events.relay.listener import Listener
from events.relay.publish import Checkpoint, publish, unwatched
from events.relay.sources import Source
from events.relay.streams import Streams

log = logging.getLogger("relay")

OUTAGES = (django.db.Error, psycopg.Error, redis.RedisError, OSError)


@dataclass(slots=True)
class Relay:
    """`poll` is the longest wait for NOTIFY in seconds; `alive` is called in every turn."""

    sources: Sequence[Source]
    valkey_url: str
    poll: float = 5.0
    alive: Callable[[], None] = lambda: None
    checkpoint: Checkpoint = unwatched
    waits: Iterator[float] = field(default_factory=delays)

    def run(self) -> None:
        """For ever. Being stopped is like being killed: safe at any point."""
        while True:
            try:
                self._serve()
            except OUTAGES as problem:
                log.warning("relay.waiting problem=%s", _one_line(problem))
                django.db.connection.close()
            self.alive()
            time.sleep(next(self.waits))

    def _serve(self) -> None:
        with Listener() as listener, _connect(self.valkey_url) as valkey:
            self._wait_to_lead(listener)
            streams = Streams(valkey)
            while True:
                self._publish_all(streams)
                streams.check_same_run()
                self.waits = delays()
                self.alive()
                notified = listener.wait(jittered(self.poll))
                # Also where there is always something new, though not each time.
                streams.look_again(at_once=not notified)

    def _wait_to_lead(self, listener: Listener) -> None:
        if not listener.lead():
            log.info("relay.standby another relay leads")
            while not listener.lead():
                self.alive()
                time.sleep(jittered(1.0))
        log.info("relay.leading")

    def _publish_all(self, streams: Streams) -> None:
        for source in self.sources:
            while count := publish(source, streams, self.checkpoint):
                log.info("relay.published source=%s entries=%s", type(source).__name__, count)


def _connect(url: str) -> redis.Redis:
    # No hidden retries: after a lost connection the streams' ends have to be looked up again.
    return redis.Redis.from_url(
        url, socket_timeout=5, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0)
    )


def _one_line(problem: BaseException) -> str:
    return " ".join(f"{type(problem).__name__}: {problem}".split())
