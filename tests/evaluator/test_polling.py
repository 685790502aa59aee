"""The snapshot for SDKs that cannot read the stream."""

import httpx

from tests.conditions import eventually
from tests.evaluator.service import FEATURE, Service, expose

PATH = "/stream/v1/snapshot"


def poll(service: Service, etag: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {service.key}"}
    if etag is not None:
        headers["If-None-Match"] = etag
    return httpx.get(f"http://127.0.0.1:{service.port}{PATH}", headers=headers, timeout=10)


def test_poll__same_state__304_without_body(reading: Service) -> None:
    first = poll(reading)
    assert first.status_code == 200
    assert first.json()["features"][FEATURE]["enabled"] is True
    assert first.headers["etag"].startswith(f'"{first.json()["number"]}-')
    again = poll(reading, first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert poll(reading, '"1-x"').status_code == 200


def test_poll__changed__gives_the_new_state(changing: Service) -> None:
    first = poll(changing)
    expose()
    eventually(lambda: poll(changing, first.headers["etag"]).status_code == 200)
    assert poll(changing).json()["features"][FEATURE]["enabled"] is True


def test_poll__no_key__401(reading: Service) -> None:
    assert reading.get(PATH).status_code == 401
