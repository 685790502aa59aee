"""What pages and the API show of a rollout: plain values, no queries behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step. `bake_fraction` runs from 0.0 to 1.0; `percentage` is None for a segment's step."""

    position: int
    title: str  # "beta-users" or "10 %"
    segment: str
    percentage: int | None
    bake_seconds: int
    status: str  # waiting | current | done | taken-back
    bake_fraction: float
    exposed_at: datetime | None
    baked_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionTraffic:
    """One version over the gate's window; rates are percentages, None without any request."""

    version: str
    requests: int
    errors: int
    share: float | None
    error_rate: float | None


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A moment on the sparkline: the new version's share, and both error rates, in per cent."""

    at: datetime
    share: float | None
    error_rate: float | None
    baseline_error_rate: float | None


@dataclass(frozen=True, slots=True)
class ServiceProgress:
    """Asked and measured for one service. `asked` is the percentage of the present step; people of
    exposed segments come on top, so the measured share may lie above it."""

    service: str
    asked: int
    measured: float | None
    new: VersionTraffic
    baseline: VersionTraffic
    history: Sequence[HistoryPoint]


@dataclass(frozen=True, slots=True)
class EffectProgress:
    """One entry of the ledger; `sentence` is for people."""

    name: str
    sentence: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AllowedAction:
    """Whether a person may do it now; `why_not` is empty when so."""

    name: str  # pause | resume | promote | abort
    allowed: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Progress:
    id: UUID
    feature: str
    environment: str
    variant: str
    state: str  # rollouts.models.RolloutState
    finished: bool
    headline: str  # one sentence: where it stands
    why: str  # why it stands there; may be empty
    author: str
    reason: str
    position: int
    steps: Sequence[StepProgress]
    bake_fraction: float  # of the present step
    exposed: str  # who is exposed, in words
    services: Sequence[ServiceProgress]
    gate: Mapping[str, Any]
    effects: Sequence[EffectProgress]
    actions: Sequence[AllowedAction]
    started_at: datetime
    finished_at: datetime | None

    def may(self, action: str) -> bool:
        """Whether the action is allowed now."""
        return any(a.allowed for a in self.actions if a.name == action)
