"""What ties a client to its server: two threads and what they share. A forked child makes it
anew, as neither threads nor connections nor locks may come along.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from togglemesh.client.backoff import Backoff
from togglemesh.client.connection import Server
from togglemesh.client.follower import Follower
from togglemesh.client.outcomes import Outcomes
from togglemesh.client.polling import SnapshotPoll
from togglemesh.client.replica import Replica
from togglemesh.client.reporter import Identity, Reporter
from togglemesh.client.stream import ChangeStream
from togglemesh.client.usage import Usage


@dataclass(frozen=True)
class Settings:
    """Times in seconds; an interval of None means never."""

    url: str
    key: str
    connect_timeout: float
    read_timeout: float
    poll_interval: float | None
    usage_interval: float | None
    backoff: Backoff
    tls: ssl.SSLContext | None

    def server(self) -> Server:
        """For one thread. Raises ValueError for a url or key that can never work."""
        return Server(self.url, self.key, connect_timeout=self.connect_timeout, tls=self.tls)


class Link:
    """`follower` keeps the replica up; `usage` and `outcomes` are told by a thread of its own."""

    def __init__(
        self,
        settings: Settings,
        identity: Identity,
        replica: Replica,
        on_turn: Callable[[], None],
    ) -> None:
        self.usage, self.outcomes = Usage(), Outcomes()
        self.follower = _follower(settings, replica, on_turn)
        self._reporter = _reporter(settings, identity, self.usage, self.outcomes)

    def start(self) -> None:
        self.follower.start()
        if self._reporter is not None:
            self._reporter.start()

    def close(self, timeout: float) -> None:
        self.follower.close(timeout)
        if self._reporter is not None:
            self._reporter.close(timeout)


def _follower(settings: Settings, replica: Replica, on_turn: Callable[[], None]) -> Follower:
    server, interval = settings.server(), settings.poll_interval
    poll = None if interval is None else SnapshotPoll(server, interval, settings.read_timeout)
    stream = ChangeStream(server, settings.read_timeout)
    return Follower(server, stream, replica, poll=poll, backoff=settings.backoff, on_turn=on_turn)


def _reporter(
    settings: Settings, identity: Identity, usage: Usage, outcomes: Outcomes
) -> Reporter | None:
    if settings.usage_interval is None:
        return None
    return Reporter(settings.server(), usage, outcomes, identity, settings.usage_interval)
