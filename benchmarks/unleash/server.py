"""Unleash's server in production mode on the world's PostgreSQL, with features set up by HTTP."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.requests import ask
from benchmarks.unleash.installed import NotToBeHad
from benchmarks.world import World, wait_for
from controlplane.stack.freeports import free_port
from controlplane.stack.probes import listens

DATABASE = "unleash"
FEATURES = "/api/admin/projects/default/features"
PATIENCE = 120


class UnleashServer:
    def __init__(self, world: World, folder: Path) -> None:
        self.port = free_port()
        self.admin_key = f"*:*.{secrets.token_hex(24)}"
        self.frontend_key = f"default:development.{secrets.token_hex(24)}"
        modules = folder / "node_modules"
        words = [modules / ".bin/node", modules / "unleash-server/dist/server.js"]
        world.program(words, None, **self._environ(_create_database(world)))
        wait_for(listens(self.port), "Unleash's server listens", PATIENCE)
        wait_for(self._is_healthy, "Unleash's server is healthy", PATIENCE)

    def set_up(self, rules: dict[str, dict[str, Any]]) -> None:
        """A feature for each of our rules, on in `development`."""
        for key, rule in rules.items():
            place = f"{FEATURES}/{key}/environments/development"
            self._post(FEATURES, {"name": key, "type": "release"})
            self._post(f"{place}/strategies", _strategy(key, rule))
            self._post(f"{place}/on", None)

    def names_on(self, path: str) -> set[str]:
        status, body = self._get(path)
        return {one["name"] for one in json.loads(body)["toggles"]} if status == 200 else set()

    def _is_healthy(self) -> bool:
        return ask(self.port, "GET", "/health", self.admin_key)[0] == 200

    def _get(self, path: str) -> tuple[int, bytes]:
        return ask(self.port, "GET", path, self.frontend_key)

    def _post(self, path: str, content: dict[str, Any] | None) -> None:
        status, body = ask(self.port, "POST", path, self.admin_key, content)
        if status not in {200, 201}:
            raise NotToBeHad(f"its admin API answers {status} to {path}: {body[:200]!r}")

    def _environ(self, database: str) -> dict[str, str]:
        return {
            "NODE_ENV": "production",
            "DATABASE_URL": database,
            "DATABASE_SSL": "false",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(self.port),
            "LOG_LEVEL": "error",
            "CHECK_VERSION": "false",
            "SEND_TELEMETRY": "false",
            "INIT_ADMIN_API_TOKENS": self.admin_key,
            "INIT_FRONTEND_API_TOKENS": self.frontend_key,
        }


def _create_database(world: World) -> str:
    with psycopg.connect(world.postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return f"{world.postgres.url.rpartition('/')[0]}/{DATABASE}"


def _strategy(key: str, rule: dict[str, Any]) -> dict[str, Any]:
    share = {"rollout": str(rule["percentage"]), "stickiness": "userId", "groupId": key}
    constraints = [
        {"contextName": one["field"], "operator": one["operator"], "values": one["values"]}
        for one in rule["constraints"]
    ]
    return {"name": "flexibleRollout", "parameters": share, "constraints": constraints}
