"""From a cluster that the operator lists, or an address that people gave, to a connection."""

from __future__ import annotations

import logging
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from kubernetes.client import ApiClient, Configuration
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config
from kubernetes.config.incluster_config import SERVICE_HOST_ENV_NAME

from governance.network import Networks
from governance.outgoing import restrict
from routing.allowed import IN_CLUSTER, Allowed, NamedCluster
from routing.cluster.errors import CannotConnect

log = logging.getLogger(__name__)
CONNECTIONS = 4  # of our own, so that a slow cluster holds up nothing else


@dataclass(frozen=True, slots=True)
class GivenCluster:
    """Given through the API: an address, a CA as PEM (None: the system's) and a token, and never
    a file or a program. Calls go to permitted addresses only, and to no proxy."""

    server: str
    token: str = field(repr=False)
    ca: str | None = None
    networks: Networks = field(default_factory=Networks)


Access = NamedCluster | GivenCluster


def find_cluster(name: str, allowed: Allowed) -> NamedCluster:
    """The operator's cluster of this name. Raises CannotConnect."""
    if name in allowed.clusters:
        return allowed.clusters[name]
    if name == IN_CLUSTER and SERVICE_HOST_ENV_NAME in os.environ:  # set in every pod
        return NamedCluster(in_cluster=True)
    raise CannotConnect(
        "cluster",
        "there is no cluster of this name here; the operator lists clusters in the file that "
        "TOGGLEMESH_CLUSTERS names.",
    )


def check_authority(pem: str) -> None:
    """Raises CannotConnect when this is no certificate in PEM."""
    try:
        ssl.create_default_context(cadata=pem)
    except (ssl.SSLError, ValueError):
        raise CannotConnect("ca", "this must be one or more certificates in PEM.") from None


def open_connection(access: Access) -> ApiClient:
    """Reads credentials; speaks to nobody yet. Raises CannotConnect."""
    configuration = Configuration()
    configuration.retries = False  # ours are bounded and counted by the circuit breaker
    configuration.connection_pool_maxsize = CONNECTIONS
    if isinstance(access, GivenCluster):
        return _given_connection(access, configuration)
    try:
        _load_named(access, configuration)
    except (ConfigException, OSError, ValueError, TypeError, KeyError) as reason:
        # People who meet the refusal may not be those who may know the operator's files.
        log.warning("cluster.cannot_be_used %s: %s", access, reason)
        raise CannotConnect(
            "cluster", "the operator's entry for this cluster cannot be used; the log says why."
        ) from None
    return ApiClient(configuration)


def _load_named(access: NamedCluster, configuration: Configuration) -> None:
    if access.in_cluster:
        load_incluster_config(configuration)  # type: ignore[no-untyped-call]  # it has no types
    elif access.kubeconfig:
        load_kube_config(  # type: ignore[no-untyped-call]  # it has no types
            str(Path(access.kubeconfig)), access.context, configuration, persist_config=False
        )
    else:
        _load_address(access, configuration)


def _load_address(access: NamedCluster, configuration: Configuration) -> None:
    token = Path(access.token_file or "")
    configuration.host = access.server or ""
    configuration.ssl_ca_cert = access.ca

    def read_token(loaded: Configuration) -> None:
        # Read each time: Kubernetes replaces tokens in mounted files.
        loaded.api_key["authorization"] = f"Bearer {token.read_text().strip()}"

    read_token(configuration)
    configuration.refresh_api_key_hook = read_token  # type: ignore[assignment]  # untyped None


def _given_connection(access: GivenCluster, configuration: Configuration) -> ApiClient:
    configuration.host = access.server
    configuration.proxy = None  # a proxy would resolve the name, out of our sight
    configuration.ca_cert_data = access.ca
    configuration.api_key["authorization"] = f"Bearer {access.token}"
    client = ApiClient(configuration)
    restrict(client.rest_client.pool_manager, access.networks)
    return client
