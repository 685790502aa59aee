"""The description of the management API: current, complete, and the same as in docs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.test import Client
from drf_spectacular.validation import validate_schema

from tests.api.endpoints import ENDPOINTS

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.yaml"


def described() -> dict[str, Any]:
    response = Client().get("/api/v1/openapi.yaml")
    assert response.status_code == 200
    document: dict[str, Any] = yaml.safe_load(response.content)
    return document


def test_openapi__the_snapshot__is_current() -> None:
    kept = yaml.safe_load(SNAPSHOT.read_text())
    assert kept == described(), "run: manage.py spectacular --file docs/openapi.yaml"


def test_openapi__every_operation__is_valid_and_described() -> None:
    document = described()
    validate_schema(document)
    calls = [call for path in document["paths"].values() for call in path.values()]
    assert len(calls) == len(ENDPOINTS)


def test_openapi__shapes__are_either_asked_or_answered() -> None:
    names = described()["components"]["schemas"]
    assert names
    assert [n for n in names if not n.endswith(("Request", "Response"))] == []
