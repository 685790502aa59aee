"""Asks Envoys' administration interfaces, with a time limit, two attempts, a breaker and a pool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pybreaker
import urllib3
from urllib3.util import Retry, Timeout

from governance.network import Networks
from governance.outgoing import restrict

TIME_LIMIT = Timeout(connect=1.0, read=2.0)
RETRIES = Retry(total=1, redirect=0, backoff_factor=0.1, backoff_jitter=0.1)
AT_ONCE = 8  # sidecars asked at the same time
FAILURES, REST = 3, 5.0  # after three failures in a row a sidecar is left alone for five seconds


class Sidecars:
    """The sidecars of a mesh that can be asked."""

    def __init__(self, addresses: Sequence[str], networks: Networks) -> None:
        self._pool = urllib3.PoolManager(maxsize=2, timeout=TIME_LIMIT, retries=RETRIES)
        restrict(self._pool, networks)
        self._breakers = {
            address: pybreaker.CircuitBreaker(fail_max=FAILURES, reset_timeout=REST)
            for address in addresses
        }

    def ask(self, path: str) -> dict[str, Any]:
        """By address the decoded answer; None of a sidecar that gave none."""
        if not self._breakers:
            return {}
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = threads.map(partial(self._ask_one, path), self._breakers)
            return dict(zip(self._breakers, answers, strict=True))

    def _ask_one(self, path: str, address: str) -> Any:
        try:
            return self._breakers[address].call(self._fetch, f"{address}{path}")
        except (urllib3.exceptions.HTTPError, ValueError, pybreaker.CircuitBreakerError):
            return None

    def _fetch(self, url: str) -> Any:
        answer = self._pool.request("GET", url)
        if answer.status != 200:
            raise ValueError(f"{url} answered {answer.status}")
        return json.loads(answer.data)
