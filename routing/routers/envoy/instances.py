"""Instances of versions, `host:port` as people gave them: which are permitted, which are ready."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from governance.network import Networks
from governance.outgoing import connect
from routing.routers.base import ServicePlan, VersionPlan
from routing.routers.envoy.seen import healthy_hosts

CONNECT_LIMIT = 0.5
Clusters = Mapping[str, list[dict[str, Any]]]


def permitted_plan(plan: ServicePlan, networks: Networks) -> ServicePlan:
    """Without addresses that the operator does not list, or lists no more: no Envoy gets them."""
    versions = tuple(
        dataclasses.replace(v, endpoints=tuple(e for e in v.endpoints if _permit(e, networks)))
        for v in plan.versions
    )
    return dataclasses.replace(plan, versions=versions)


def count_ready(
    version: VersionPlan, name: str, known: Sequence[Clusters], networks: Networks
) -> int:
    """As the proxies see them; a version that they do not know is tried by us. What a name led
    the proxies to counts only where it is permitted."""
    if known and all(name in clusters for clusters in known):
        healthy = set.intersection(*(healthy_hosts(clusters[name]) for clusters in known))
        return sum(_permit(place, networks) for place in healthy)
    return sum(_takes_connections(endpoint, networks) for endpoint in version.endpoints)


def _permit(endpoint: str, networks: Networks) -> bool:
    host, _, port = endpoint.rpartition(":")
    return networks.permit_host(host, int(port))


def _takes_connections(endpoint: str, networks: Networks) -> bool:
    host, _, port = endpoint.rpartition(":")
    try:
        with connect(host, int(port), networks=networks, limit=CONNECT_LIMIT):
            return True
    except OSError:
        return False
