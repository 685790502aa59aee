"""From settings to a connection: a kubeconfig, or the account of the pod that we run in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kubernetes.client import ApiClient, Configuration
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config
from kubernetes.config.incluster_config import SERVICE_HOST_ENV_NAME

from routing.cluster.errors import CannotConnect

CONNECTIONS = 4  # of our own, so that a slow cluster holds up nothing else


@dataclass(frozen=True, slots=True)
class Access:
    """`kubeconfig` is a file's path; None means the pod's own service account."""

    kubeconfig: str | None = None
    context: str | None = None


def check_access(access: Access) -> None:
    """Raises CannotConnect when no process of ours could connect with this.

    The web process checks what the worker will use, and has no account's token of its own.
    """
    if access.kubeconfig is not None:
        open_connection(access)
    elif SERVICE_HOST_ENV_NAME not in os.environ:  # Kubernetes sets it in every pod
        raise CannotConnect(
            "kubeconfig", "name a kubeconfig file, as this process does not run in a cluster."
        )


def open_connection(access: Access) -> ApiClient:
    """Reads credentials; speaks to nobody yet. Raises CannotConnect."""
    configuration = Configuration()
    configuration.retries = False  # ours are bounded and counted by the circuit breaker
    configuration.connection_pool_maxsize = CONNECTIONS
    if access.kubeconfig is None:
        _load_account(configuration)
    else:
        _load_file(access, Path(access.kubeconfig), configuration)
    return ApiClient(configuration)


def _load_account(configuration: Configuration) -> None:
    try:
        load_incluster_config(configuration)  # type: ignore[no-untyped-call]  # it has no types
    except ConfigException as reason:
        raise CannotConnect(
            "kubeconfig", f"this process has no account of a pod to use: {reason}"
        ) from None


def _load_file(access: Access, file: Path, configuration: Configuration) -> None:
    if not file.is_file():
        raise CannotConnect("kubeconfig", f"there is no file at {file}.")
    try:
        load_kube_config(  # type: ignore[no-untyped-call]  # it has no types
            str(file), access.context, configuration, persist_config=False
        )
    except ConfigException as reason:
        setting = "context" if access.context else "kubeconfig"
        raise CannotConnect(setting, f"{file} cannot be used: {reason}.") from None
    except (OSError, ValueError, TypeError, KeyError) as reason:
        raise CannotConnect("kubeconfig", f"{file} is no kubeconfig: {reason}.") from None
