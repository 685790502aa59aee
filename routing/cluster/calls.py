"""One guarded call to the API server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pybreaker
import stamina
from kubernetes.client import ApiClient, ApiException
from urllib3.exceptions import HTTPError

from routing.cluster.connection import Access, open_connection
from routing.cluster.errors import (
    CannotConnect,
    ClusterRefused,
    ClusterUnavailable,
    read_refusal,
)

Document = dict[str, Any]

TIME_LIMIT = (2.0, 5.0)  # seconds to connect, and for each answer
ATTEMPTS = 3
ALL_ATTEMPTS = 12.0  # seconds
FAILURES = 5  # in a row, then nothing is sent for REST seconds
REST = 10.0


class Calls:
    """Sends requests over one connection, opened at the first; shared by a process's threads."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=FAILURES,
            reset_timeout=REST,
            exclude=[ClusterRefused],
            throw_new_error_on_trip=False,  # the failure itself says more
        )

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Document | None = None,
        content: str = "application/json",
    ) -> Document:
        """The decoded answer. Safe only for requests that may be sent twice."""
        for attempt in stamina.retry_context(
            on=_worth_another_try,
            attempts=ATTEMPTS,
            timeout=ALL_ATTEMPTS,
            wait_initial=0.1,
            wait_max=1.0,
            wait_jitter=0.3,
        ):
            with attempt:
                return self._send_guarded(method, path, query or {}, body, content)
        raise AssertionError("unreachable: the last attempt raises")

    @cached_property
    def _connection(self) -> ApiClient:
        try:
            return open_connection(self._access)
        except CannotConnect as reason:
            raise ClusterRefused(401, str(reason)) from None

    def _send_guarded(self, *request: Any) -> Document:
        try:
            answer: Document = self._breaker.call(self._send_once, *request)
        except pybreaker.CircuitBreakerError:
            raise ClusterResting(
                f"the API server failed {FAILURES} times in a row; nothing is sent for {REST:g} s"
            ) from None
        return answer

    def _send_once(
        self, method: str, path: str, query: Mapping[str, str], body: Document | None, content: str
    ) -> Document:
        asked = self._connection.param_serialize(
            method,
            f"{path}?{urlencode(query)}" if query else path,
            header_params={"Accept": "application/json", "Content-Type": content},
            body=body,
            auth_settings=["BearerToken"],
        )
        try:
            answer = self._connection.call_api(*asked, _request_timeout=TIME_LIMIT)
            text: bytes = answer.read()  # type: ignore[no-untyped-call]  # it has no types
        except (HTTPError, ApiException, OSError) as reason:
            raise ClusterUnavailable(f"the API server cannot be reached: {reason}") from reason
        if not 200 <= answer.status < 300:
            raise read_refusal(answer.status, text)
        decoded: Document = json.loads(text)
        return decoded


class ClusterResting(ClusterUnavailable):
    """The circuit breaker is open: trying again at once is of no use."""


def _worth_another_try(reason: Exception) -> bool:
    return isinstance(reason, ClusterUnavailable) and not isinstance(reason, ClusterResting)
