"""The web process answers the chart's probes as the kubelet asks them: by the pod's address."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

# The chart sends this name, as no setting could know the address of a pod.
AS_PROBE: dict[str, Any] = {"HTTP_HOST": "127.0.0.1"}


def test_healthz__nobody_signed_in__alive_without_a_database(client: Client) -> None:
    # Without the fixture `db` any query would fail the test.
    assert client.get("/healthz", **AS_PROBE).status_code == 200


@pytest.mark.django_db
def test_readyz__nobody_signed_in__ready(client: Client) -> None:
    assert client.get("/readyz", **AS_PROBE).status_code == 200


@pytest.mark.django_db
def test_readyz__database_does_not_answer__503(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", fail)
    assert client.get("/readyz", **AS_PROBE).status_code == 503


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probe__not_read_only__refused(client: Client, path: str) -> None:
    assert client.post(path, **AS_PROBE).status_code == 405
