"""A person who signs in to a running stack and steers rollouts through the management API."""

from __future__ import annotations

from typing import Any

import httpx

from tests.conditions import eventually
from tests.stack.conftest import Stack

SOON = 60.0  # seconds that a rollout may take to the next thing it is waited for


class Operator:
    """Signed in as `admin`. Every answer that is no success fails the test."""

    def __init__(self, stack: Stack) -> None:
        url = f"http://127.0.0.1:{stack.ports['']}"
        self._client = httpx.Client(base_url=url, timeout=20, headers={"Referer": url})
        password = (stack.home / "secrets" / "admin-password").read_text().strip()
        self._client.get("/sign-in/").raise_for_status()
        form = {"username": "admin", "password": password, "csrfmiddlewaretoken": self._token}
        answer = self._client.post("/sign-in/", data=form)
        assert answer.status_code == 302, answer.text

    @property
    def _token(self) -> str:
        return str(self._client.cookies["togglemesh_csrf"])

    def get(self, path: str, **query: Any) -> Any:
        answer = self._client.get(f"/api/v1/{path}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        headers = {"X-CSRFToken": self._token}
        answer = self._client.post(f"/api/v1/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def start_rollout(self, *steps: dict[str, Any]) -> str:
        """Of `new-checkout` in production; each step is watched until somebody promotes it."""
        started = self.post(
            "rollouts",
            feature="new-checkout",
            environment="production",
            variant="on",
            steps=[{"bake_seconds": 3600, **step} for step in steps],
            reason="tonight's release",
        )
        return str(started["id"])

    def wait_until_baking(self, rollout: str, position: int) -> None:
        def baking() -> bool:
            seen = self.get(f"rollouts/{rollout}")
            assert not seen["finished"], seen
            return (seen["state"], seen["position"]) == ("baking", position)

        eventually(baking, seconds=SOON)

    def wait_until_finished(self, rollout: str) -> dict[str, Any]:
        def finished() -> dict[str, Any] | None:
            seen: dict[str, Any] = self.get(f"rollouts/{rollout}")
            return seen if seen["finished"] else None

        found = eventually(finished, seconds=SOON)
        assert found
        return found
