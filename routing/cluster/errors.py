"""What a call to a cluster raises, and how an answer of the API server becomes one of them."""

from __future__ import annotations

import json
import re
from typing import Any

# Worth another try: too many requests, or a server that is starting, stopping or overloaded.
PASSING = frozenset({0, 408, 429, 500, 502, 503, 504})
_MANAGER = re.compile(r'conflict with "([^"]+)"')


class CannotConnect(Exception):
    """The settings do not lead to a cluster; `setting` is the one at fault."""

    def __init__(self, setting: str, text: str) -> None:
        self.setting = setting
        super().__init__(text)


class ClusterUnavailable(Exception):
    """No answer, a late one, or one that says: not now."""


class ClusterRefused(Exception):
    """The API server understood, and said no."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class OthersOwn(ClusterRefused):
    """Server-side apply met fields that other managers own; `managers` are their names."""

    def __init__(self, managers: list[str], message: str) -> None:
        self.managers = managers
        super().__init__(409, message)


def read_refusal(status: int, body: bytes) -> ClusterUnavailable | ClusterRefused:
    """The exception for an answer that is no success."""
    answer = _decoded(body)
    message = str(answer.get("message") or body.decode(errors="replace")[:300])
    if status in PASSING:
        return ClusterUnavailable(f"the API server answered {status}: {message}")
    managers = _managers(answer)
    if status == 409 and managers:
        return OthersOwn(managers, message)
    return ClusterRefused(status, message)


def _managers(answer: dict[str, Any]) -> list[str]:
    causes = (answer.get("details") or {}).get("causes") or []
    found = [_MANAGER.match(str(cause.get("message"))) for cause in causes]
    return sorted({match[1] for match in found if match})


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
