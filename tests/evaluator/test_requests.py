"""What the evaluator refuses before it decides, and its own health."""

import secrets
import string

import httpx
import pytest

from tests.evaluator.service import FEATURE, Service

ONE = f"/ofrep/v1/evaluate/flags/{FEATURE}"
ALL = "/ofrep/v1/evaluate/flags"
CHANGES = "/stream/v1/changes"


def unknown_key() -> str:
    letters = string.ascii_letters
    selector, secret = ("".join(secrets.choice(letters) for _ in range(n)) for n in (22, 43))
    return f"tm_server_{selector}_{secret}"


def ask(service: Service, path: str, headers: dict[str, str]) -> httpx.Response:
    url = f"http://127.0.0.1:{service.port}{path}"
    return httpx.request("GET" if path == CHANGES else "POST", url, headers=headers, timeout=10)


@pytest.mark.parametrize("path", [ONE, ALL, CHANGES])
def test_request__no_or_bad_key__401_with_challenge(path: str, reading: Service) -> None:
    forged = reading.key[:-1] + ("a" if reading.key[-1] != "a" else "b")
    for headers in (
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {reading.key}"},
        {"Authorization": "Bearer not-a-key"},
        {"Authorization": f"Bearer {forged}"},
        {"Authorization": f"Bearer {unknown_key()}"},
        {"X-API-Key": forged},
    ):
        answer = ask(reading, path, headers)
        assert answer.status_code == 401, headers
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["errorDetails"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", ONE, "POST"),
        ("PUT", ALL, "POST"),
        ("POST", CHANGES, "GET"),
        ("DELETE", "/healthz", "GET, HEAD"),
        ("POST", "/readyz", "GET, HEAD"),
    ],
)
def test_request__other_method__405_says_which(
    method: str, path: str, allowed: str, reading: Service
) -> None:
    answer = httpx.request(method, f"http://127.0.0.1:{reading.port}{path}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("path", [ONE, ALL])
def test_request__body_too_large__413(path: str, reading: Service) -> None:
    largest = b'{"context": {}}'.ljust(64 * 1024)
    assert reading.post(path, largest).status_code == 200
    answer = reading.post(path, largest + b" ")
    assert answer.status_code == 413
    assert "65536" in answer.json()["errorDetails"]


def test_request__body_too_large_without_a_length__413(reading: Service) -> None:
    answer = httpx.post(
        f"http://127.0.0.1:{reading.port}{ONE}",
        content=(b" " * 10_000 for _ in range(7)),
        headers={"Authorization": f"Bearer {reading.key}"},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/", "/ofrep/v1/configuration", "/ofrep/v1/evaluate"])
def test_request__unknown_path__404_names_it(path: str, reading: Service) -> None:
    answer = reading.get(path)
    assert answer.status_code == 404
    assert path in answer.json()["errorDetails"]


def test_health__loaded__alive_and_ready_with_numbers(reading: Service) -> None:
    assert reading.get("/healthz").json() == {"status": "alive"}
    ready = reading.readiness()
    assert ready["environments"] == {"development": 1, "staging": 1, "production": 2}
    assert (ready["postgresql"], ready["valkey"]) == (True, True)
