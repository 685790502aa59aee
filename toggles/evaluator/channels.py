"""Open streams by what they carry: all readers of a channel get the same frames."""

from __future__ import annotations

from abc import ABC, abstractmethod

from toggles.evaluator.followed import Followed
from toggles.evaluator.readers import Reader


class Channel(ABC):
    """The readers of one environment in one format."""

    def __init__(self) -> None:
        self.readers: set[Reader] = set()

    @abstractmethod
    def anew(self, held: Followed) -> bytes:
        """What readers get when the environment's content was replaced."""

    @abstractmethod
    def latest(self, held: Followed) -> bytes:
        """What they get after the last change; empty when it does not concern them."""

    def begin(self, held: Followed) -> None:
        """Tell everybody that the content was replaced."""
        if self.readers:
            self._offer(self.anew(held))

    def tell(self, held: Followed) -> None:
        """Tell everybody of a change that was applied."""
        if self.readers:
            frame = self.latest(held)
            if frame:
                self._offer(frame)

    def _offer(self, frame: bytes) -> None:
        for reader in self.readers:
            reader.offer(frame)


class Changes(Channel):
    """`GET /stream/v1/changes` (docs/wire.md, "Change stream")."""

    def anew(self, held: Followed) -> bytes:
        return held.snapshot_frame()

    def latest(self, held: Followed) -> bytes:
        return held.last_frame


class Notices(Channel):
    """OFREP's `refetchEvaluation`. With `client_side` only for features that clients get.

    Hints only: a client that asks again for nothing gets 304.
    """

    def __init__(self, *, client_side: bool) -> None:
        super().__init__()
        self.client_side = client_side

    def anew(self, held: Followed) -> bytes:
        return held.notice_frame()

    def latest(self, held: Followed) -> bytes:
        if self.client_side and not held.concerns_clients:
            return b""
        return held.notice_frame()
