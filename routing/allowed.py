"""What the installation's operator lets meshes use: clusters, folders and networks.

All of it comes from the operator's environment. Through the API a mesh only names a cluster, or
stays within the folders and networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from governance.network import Networks

IN_CLUSTER = "in-cluster"


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """One entry of TOGGLEMESH_CLUSTERS: a kubeconfig, the pod's own account, or an address."""

    kubeconfig: str | None = None
    context: str | None = None
    in_cluster: bool = False
    server: str | None = None
    ca: str | None = None  # a file
    token_file: str | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """The operator's lists. By default nothing is allowed but public addresses."""

    networks: Networks = field(default_factory=Networks)
    folders: tuple[Path, ...] = ()
    clusters: Mapping[str, NamedCluster] = field(default_factory=dict)

    def permit_folder(self, folder: Path) -> bool:
        """True when the folder lies below a listed one, after symbolic links are followed."""
        real = _resolved(folder)
        return real is not None and any(
            real.is_relative_to(listed) for listed in map(_resolved, self.folders) if listed
        )


def _resolved(folder: Path) -> Path | None:
    try:
        return folder.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL
        return None


def allowed_here() -> Allowed:
    """The lists of this process."""
    from django.conf import settings  # noqa: PLC0415 - `manage.py up` has no Django

    return Allowed(settings.ALLOWED_NETWORKS, settings.ENVOY_FOLDERS, settings.MESH_CLUSTERS)


def read_clusters(document: object) -> dict[str, NamedCluster]:
    """From the decoded file that TOGGLEMESH_CLUSTERS names. Raises ValueError naming the entry."""
    if not isinstance(document, Mapping):
        raise ValueError("it must map names of clusters to how they are reached")  # noqa: TRY004
    return {str(name): _cluster(str(name), entry) for name, entry in document.items()}


def _cluster(name: str, entry: Any) -> NamedCluster:
    try:
        found = NamedCluster(**entry)
    except TypeError:
        known = ", ".join(NamedCluster.__dataclass_fields__)
        raise ValueError(f"{name} must be an object with some of {known}") from None
    if [bool(found.kubeconfig), found.in_cluster is True, bool(found.server)].count(True) != 1:
        raise ValueError(f"{name} needs exactly one of kubeconfig, in_cluster: true and server")
    if found.server and not (found.server.startswith("https://") and found.token_file):
        raise ValueError(f"{name} needs a server with https:// and a token_file")
    return found
