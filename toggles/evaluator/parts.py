"""What one evaluator process is made of; every handler gets it."""

from __future__ import annotations

from dataclasses import dataclass, field

from toggles.evaluator.admission import Admission
from toggles.evaluator.background import Background
from toggles.evaluator.database import Database
from toggles.evaluator.environments import Environments
from toggles.evaluator.feed import Feed
from toggles.evaluator.keys import Keys
from toggles.evaluator.open_streams import OpenStreams
from toggles.evaluator.tally import Tally


@dataclass(frozen=True, slots=True)
class Parts:
    """One of each. `secret` signs the tokens in streams' addresses."""

    environments: Environments
    keys: Keys
    database: Database
    feed: Feed
    admission: Admission
    tally: Tally
    secret: bytes
    streams: OpenStreams
    background: Background = field(default_factory=Background)

    @property
    def stale(self) -> bool:
        """Whether nothing can be heard of changes: neither server is in reach."""
        return not (self.database.reachable or self.feed.reachable)
