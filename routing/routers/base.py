"""The contract between ToggleMesh and a mesh. One folder beside this file per kind of mesh.

A router never sees the database: it gets a ServicePlan, the whole truth about one service in one
environment, and makes the mesh agree. Every method is safe to repeat, has a time limit, and raises
RouterUnavailable (try later) or RouterRefused (a person must act), nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class RouterUnavailable(Exception):
    """The mesh could not be reached, or answered too late. Nothing is known; try again."""


class RouterRefused(Exception):
    """The mesh said no, for good: the text says what a person has to change."""


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """One version (subset): its instances by labels, or by `host:port` endpoints."""

    version: str
    labels: Mapping[str, str]
    endpoints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Requests whose baggage carries `feature=variant` go to `version`."""

    feature: str
    variant: str
    version: str


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """What the mesh shall do for one service: matches in order, everything else to `baseline`."""

    environment: str
    service: str
    namespace: str
    host: str
    port: int
    baseline: str
    versions: Sequence[VersionPlan]
    matches: Sequence[Match]


class Standing(StrEnum):
    """Whether the mesh acts on the plan."""

    IN_PLACE = "in-place"  # the proxies that can be asked have it
    NOT_YET = "not-yet"  # written, not seen everywhere; ask again
    UNKNOWN = "unknown"  # this mesh offers no way to ask; go by a fixed time


@dataclass(frozen=True, slots=True)
class Verdict:
    standing: Standing
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Cumulative counts since the proxies started; a lower number than before is a restart."""

    requests: int
    errors: int  # answers 5xx, resets and time-outs


class Router(Protocol):
    """Makes one kind of mesh follow plans. Built once per process and mesh from its settings."""

    kind: str

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Takes no file, program or address from `settings` that `routing.allowed` does not list.

        Raises governance.refusals.Invalid naming `settings.<key>` when they cannot be used."""

    def ready_endpoints(self, plan: ServicePlan) -> Mapping[str, int]:
        """Ready endpoints of each of the plan's versions; 0 where there are none."""

    def set_routes(self, plan: ServicePlan) -> None:
        """Make the mesh follow the plan. Only its own objects are touched."""

    def verify(self, plan: ServicePlan) -> Verdict:
        """Does the mesh act on the plan?"""

    def remove(self, plan: ServicePlan) -> None:
        """Take away everything of this service that this router wrote; fine if there is nothing."""

    def read_traffic(self, plan: ServicePlan) -> Mapping[str, Traffic]:
        """Counts by version, summed over all proxies; a version without traffic may be absent."""
