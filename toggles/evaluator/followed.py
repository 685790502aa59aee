"""What a channel asks of the environment whose changes it passes on."""

from __future__ import annotations

from typing import Protocol

from toggles.evaluator.unleash.state import UnleashState


class Followed(Protocol):
    """See toggles.evaluator.environments.HeldEnvironment."""

    last_frame: bytes
    concerns_clients: bool
    said: UnleashState | None

    @property
    def number(self) -> int: ...

    def snapshot_frame(self) -> bytes: ...

    def notice_frame(self) -> bytes: ...

    def unleash(self) -> UnleashState: ...
