"""Schemathesis on the description of the management API; the evaluator's is tried beside it in
`tests/evaluator/test_described.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings as ours
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, settings

from accounts.models import User
from tests.fuzz.budget import examples

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
# Beyond the description on purpose: a body may be well described and still name what there is not,
# or be refused for who asks; whoever calls is signed in here.
BEYOND = [
    "negative_data_rejection",
    "positive_data_acceptance",
    "ignored_auth",
    "missing_required_header",
    "use_after_free",
    "ensure_resource_availability",
]
CSRF = "a" * 32

described = schemathesis.openapi.from_path(FILE)
application = get_wsgi_application()


@pytest.fixture
def headers(owner: User, environments: object) -> dict[str, str]:
    client = Client()
    client.force_login(owner)
    session = client.cookies[ours.SESSION_COOKIE_NAME].value
    cookies = f"{ours.SESSION_COOKIE_NAME}={session}; {ours.CSRF_COOKIE_NAME}={CSRF}"
    return {"Cookie": cookies, "X-CSRFToken": CSRF}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Else each request would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@described.parametrize()
@settings(
    max_examples=examples(operations=40, a_second=25),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_management_api__anything_sent__answers_as_described(
    case: schemathesis.Case, headers: dict[str, str], one_connection: None
) -> None:
    with transaction.atomic():
        case.call_and_validate(
            app=application,
            headers=headers,
            excluded_checks=schemathesis.checks.CHECKS.get_by_names(BEYOND),
        )
        transaction.set_rollback(True)
