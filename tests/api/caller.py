"""Calls the management API as a person, and shows everything that the database holds."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.test import Client

from accounts.models import User

OURS = ("accounts", "governance", "events", "toggles", "routing", "rollouts", "declarations")


class Caller:
    """`caller.put(path, {…})` with JSON in and out; `path` is below /api/v1/."""

    def __init__(self, user: User | None, *, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client(headers=headers, enforce_csrf_checks=bool(token))
        if user is not None:
            self.client.force_login(user)

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer."""
        sent = b"" if body is None else json.dumps(body).encode()
        response = self.client.generic(
            method, f"/api/v1/{path}", sent, content_type="application/json"
        )
        is_json = response.headers.get("Content-Type", "").partition(";")[0].endswith("json")
        return response.status_code, response.json() if is_json else response.content

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The whole answer; `headers` by names such as `if_match`."""
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def items(self, path: str) -> list[Any]:
        """All rows of a list, page by page."""
        rows: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            parted = f"{path}{'&' if '?' in path else '?'}cursor={cursor}" if cursor else path
            status, page = self.get(parted)
            assert status == 200, page
            rows, cursor = rows + page["items"], page["next"]
        return rows

    def get(self, path: str) -> tuple[int, Any]:
        return self.call("GET", path)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any) -> tuple[int, Any]:
        return self.call("PUT", path, body)

    def patch(self, path: str, body: Any) -> tuple[int, Any]:
        return self.call("PATCH", path, body)

    def delete(self, path: str, body: Any) -> tuple[int, Any]:
        return self.call("DELETE", path, body)


OF_USE = ("last_login", "last_used_at")  # columns that change by looking, too


def everything() -> dict[str, list[str]]:
    """Every row of every table of ours; equal before and after means that nothing changed."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    return {
        model.__name__: sorted(
            str(row)
            for row in model._default_manager.values(
                *[f.attname for f in model._meta.concrete_fields if f.name not in OF_USE]
            )
        )
        for model in models
    }
