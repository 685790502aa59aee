"""Loopback ports: are the named ones free, and free ones that stay the same from start to start."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Mapping
from pathlib import Path

from controlplane.stack.problems import Problem


def free_port() -> int:
    """A port that nobody listens on now. Another process may take it before it is used."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False


def check_ports(wanted: Mapping[str, int], host: str) -> None:
    """`wanted` maps the variable that moves a port to the port. Raises Problem."""
    by_port: dict[int, str] = {}
    for variable, port in wanted.items():
        if port in by_port:
            raise Problem(f"{variable} and {by_port[port]} are both {port}: move one of them.")
        by_port[port] = variable
        if not is_free(port, host):
            raise Problem(f"Port {port} is taken: set {variable} to another port.")


class KeptPorts:
    """Ports for the parts inside, by name. A name keeps its port while the port is free."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ports: dict[str, int] = {}
        self._given: set[str] = set()
        with contextlib.suppress(FileNotFoundError, ValueError, AttributeError):
            self._ports = {str(k): int(v) for k, v in json.loads(file.read_text()).items()}

    def get(self, name: str) -> int:
        """The port of this name; the same one for the whole life of this object."""
        if name not in self._given:
            port = self._ports.get(name)
            if port is None or not is_free(port):
                self._ports[name] = self._another()
            self._given.add(name)
            self._file.write_text(json.dumps(self._ports, indent=1))
        return self._ports[name]

    def known(self, name: str) -> int:
        """The port that this name had last; 0 when it never had one."""
        return self._ports.get(name, 0)

    def _another(self) -> int:
        while (port := free_port()) in self._ports.values():
            continue
        return port
