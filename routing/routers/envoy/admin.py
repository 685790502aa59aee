"""Ask an Envoy's admin address. Each call has a time limit, few retries with jitter, a circuit
breaker per address, and a pool of its own, so that a hanging proxy holds up nothing else."""

from __future__ import annotations

import http.client
import json
import logging
import threading
from typing import Any
from urllib.parse import quote, urlsplit

import pybreaker
import stamina

from governance.network import Networks
from governance.outgoing import PermittedHTTPConnection
from routing.routers.base import RouterUnavailable

log = logging.getLogger(__name__)

TIME_LIMIT = 2.0
ATTEMPTS = 2
AT_ONCE = 4
PROBLEMS = (OSError, http.client.HTTPException, ValueError)


class Admin:
    """One Envoy's admin address, as in `http://127.0.0.1:9901`."""

    def __init__(self, address: str, networks: Networks) -> None:
        self.address, self._networks = address, networks
        parts = urlsplit(address)
        self._place = (parts.hostname or "", parts.port or 0)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=5, reset_timeout=5, name=address, throw_new_error_on_trip=False
        )
        self._pool = threading.BoundedSemaphore(AT_ONCE)

    def stats(self, pattern: str) -> dict[str, Any]:
        """Counters, gauges and texts whose name matches, by name. Raises RouterUnavailable."""
        found = self._ask(f"/stats?format=json&filter={quote(pattern)}").get("stats", [])
        return {entry["name"]: entry["value"] for entry in found if "value" in entry}

    def clusters(self) -> dict[str, list[dict[str, Any]]]:
        """The hosts of each cluster, as this proxy sees them. Raises RouterUnavailable."""
        found = self._ask("/clusters?format=json").get("cluster_statuses", [])
        return {entry["name"]: entry.get("host_statuses", []) for entry in found}

    def _ask(self, path: str) -> dict[str, Any]:
        if not self._pool.acquire(timeout=TIME_LIMIT):
            raise RouterUnavailable(f"{self.address}: too many questions at once")
        try:
            return self._ask_again(path)
        except pybreaker.CircuitBreakerError as error:
            raise RouterUnavailable(f"{self.address} did not answer; asked again later") from error
        except PROBLEMS as error:
            # One sentence for whatever is wrong there: the reason is the operator's to read.
            log.warning("envoy.admin_does_not_answer %s: %r", self.address, error)
            raise RouterUnavailable(f"{self.address} does not answer as an Envoy does") from error
        finally:
            self._pool.release()

    def _ask_again(self, path: str) -> dict[str, Any]:
        for attempt in stamina.retry_context(
            on=PROBLEMS,
            attempts=ATTEMPTS,
            timeout=2 * TIME_LIMIT,
            wait_initial=0.05,
            wait_max=0.2,
            wait_jitter=0.1,
        ):
            with attempt:
                answer: dict[str, Any] = self._breaker.call(self._get, path)
        return answer

    def _get(self, path: str) -> dict[str, Any]:
        connection = PermittedHTTPConnection(
            *self._place, networks=self._networks, limit=TIME_LIMIT
        )
        try:
            connection.request("GET", path)
            found = connection.getresponse()
            body = found.read()
            if found.status != 200:
                raise http.client.HTTPException(f"answered {found.status}")
            parsed: dict[str, Any] = json.loads(body or b"{}")
            return parsed
        finally:
            connection.close()
