"""Is a process ready? Each probe answers at once or within a second, and never raises."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from pathlib import Path

Probe = Callable[[], bool]


def answers_http(port: int, path: str = "/", host: str = "127.0.0.1") -> Probe:
    """Ready when it answers with anything but a server error."""

    def probe() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=1)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def listens(port: int, host: str = "127.0.0.1") -> Probe:
    """Ready when it takes connections."""

    def probe() -> bool:
        try:
            with socket.create_connection((host, port), timeout=1):
                return True
        except OSError:
            return False

    return probe


def has_written(file: Path) -> Probe:
    """Ready when the file is there; a file from an earlier run is removed now."""
    file.unlink(missing_ok=True)
    return file.exists
