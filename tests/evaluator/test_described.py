"""The evaluator answers what docs/evaluator-openapi.yaml says, whatever it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests.evaluator.service import Service, make_key
from tests.fuzz.budget import examples
from toggles.evaluator import routes

FILE = Path(__file__).parents[2] / "docs" / "evaluator-openapi.yaml"
ENDLESS = "^/(stream/v1/changes|ofrep/v1/events|api/client/streaming)$"
# Beyond the description on purpose: readers take fields that they do not know (docs/wire.md), and
# a body may be well described and still too large or of a name that is none.
BEYOND = [
    "negative_data_rejection",
    "positive_data_acceptance",
    "ignored_auth",
    "missing_required_header",
]

described = schemathesis.openapi.from_path(FILE).exclude(path_regex=ENDLESS)


@pytest.fixture(scope="module")
def client_key(reading: Service, django_db_blocker: DjangoDbBlocker) -> str:
    with django_db_blocker.unblock():
        return make_key(kind="client")


@described.parametrize()
@settings(
    max_examples=examples(operations=18, a_second=40),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_evaluator__anything_sent__answers_as_described(
    case: schemathesis.Case, reading: Service, client_key: str
) -> None:
    key = client_key if case.path.startswith("/api/frontend") else reading.key
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{reading.port}",
        headers={"Authorization": f"Bearer {key}"},
        excluded_checks=schemathesis.checks.CHECKS.get_by_names(BEYOND),
        timeout=20,
    )


def test_description__every_route__is_in_it_and_nothing_else() -> None:
    paths = yaml.safe_load(FILE.read_text())["paths"]
    told = {(path, method.upper()) for path, methods in paths.items() for method in methods}
    known = {
        *((path, method) for path, methods in routes.ROUTES.items() for method in methods),
        ("/ofrep/v1/evaluate/flags/{key}", "POST"),
        ("/api/client/features/{name}", "GET"),
    }
    assert told == {one for one in known if one[1] != "HEAD" and one[0] != "/openapi.yaml"}


def test_description__asked_for__is_served(reading: Service) -> None:
    answer = reading.get("/openapi.yaml")
    assert answer.headers["content-type"] == "application/yaml"
    assert answer.content == FILE.read_bytes()
