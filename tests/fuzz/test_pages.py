"""Hostile values in every field of every form, and in every address, of the pages.

Pages come from the URL conf and forms from what the pages show, so a new one is tried by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from rollouts.models import Rollout
from tests.api.conftest import mesh, rollout, shop  # noqa: F401 - fixtures
from tests.fuzz.budget import within_budget
from tests.fuzz.forms import Form, forms_of
from tests.fuzz.hostile import TEXTS
from tests.fuzz.rows import fingerprint

ANSWERS = frozenset({200, 286, 301, 302, 304, 400, 403, 404, 405, 413, 422, 429})
FORM = "application/x-www-form-urlencoded"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
QUERY = ("q", "page", "next", "unknown")
# The part of an address by the name that it has in the URL conf.
NAMES = {
    "feature": "new-checkout",
    "key": "new-checkout",
    "environment": "production",
    "service": "cart",
    "segment": "beta-users",
    "version": "v2",
    "number": "1",
}


@dataclass(frozen=True)
class Case:
    method: str
    path: str
    body: bytes = b""
    media_type: str = FORM

    def __str__(self) -> str:
        return f"{self.method} {self.path[:200]} {self.body[:300]!r}"


def _routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        elif isinstance(one, URLPattern) and "^" not in route:
            yield route


def _address(route: str, values: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        kind, name = found[1] or "str", found[2]
        return values["uuid"] if kind == "uuid" else values.get(name, "sample")

    return PARAMETER.sub(value, route)


def _of_route(route: str, values: dict[str, str]) -> Iterator[Case]:
    usual = _address(route, values)
    for text in TEXTS:
        for found in PARAMETER.finditer(route):
            path = _address(route[: found.start()], values) + text
            yield Case("GET", path + _address(route[found.end() :], values))
        yield from (Case("GET", f"{usual}?{name}={text}") for name in QUERY)
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        yield Case(method, usual)
    yield Case("GET", f"{usual}?" + "a=1&" * 1_001)


def _of_form(form: Form) -> Iterator[Case]:
    filled = {name: value or "because" for name, value in form.fields.items()}
    encoded = {name: f"{quote(name)}={quote(value)}" for name, value in filled.items()}
    whole = "&".join(encoded.values())
    yield Case("POST", form.action, whole.encode())
    for name, pair in encoded.items():
        others = [one for one in encoded.values() if one != pair]
        yield Case("POST", form.action, "&".join(others).encode())
        yield Case("POST", form.action, "&".join([*others, pair, pair]).encode())
        for text in TEXTS:
            yield Case("POST", form.action, "&".join([*others, f"{quote(name)}={text}"]).encode())
    for more in (
        b"&a=\xff",
        b"&%00=1",
        b"&a=%ed%a0%80",
        b"&a=1" * 1_001,
        b"&a=" + b"a" * 3_000_000,
    ):
        yield Case("POST", form.action, whole.encode() + more)
    part = b'--b\r\nContent-Disposition: form-data; name="reason"\r\n\r\na\0b\r\n--b--\r\n'
    for body in (part, b"--b\r\n", b"\xff" * 100):
        yield Case("POST", form.action, body, "multipart/form-data; boundary=b")
    yield Case("POST", form.action, whole.encode(), "multipart/form-data")
    yield Case("POST", form.action, whole.encode("utf-16"), FORM + "; charset=utf-16")


@pytest.fixture
def client(owner: User, rollout: Rollout) -> Client:  # noqa: F811 - the fixture
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    return client


def test_pages__anything_in_addresses_and_forms__is_answered_and_refused_whole(
    client: Client,
    rollout: Rollout,  # noqa: F811 - the fixture
) -> None:
    values = {**NAMES, "uuid": str(rollout.pk)}
    routes = [r for r in _routes(get_resolver().url_patterns) if not r.startswith("/api/")]
    forms = {
        (form.action, tuple(form.fields)): form
        for route in routes
        for form in _forms(client, _address(route, values))
        if form.method == "POST"
    }
    assert len(forms) >= 5
    cases = [case for route in routes for case in _of_route(route, values)]
    cases += [case for form in forms.values() for case in _of_form(form)]
    before, tried = fingerprint(), 0
    for case in within_budget(cases):
        with transaction.atomic():
            _try(client, case, before)
            transaction.set_rollback(True)
        tried += 1
    assert tried >= 60


def _forms(client: Client, path: str) -> list[Form]:
    pages = [client.get(path)]
    if path == "/sign-in/":
        pages.append(Client().get(path))
    return [
        form
        for page in pages
        if page.status_code == 200 and not page.streaming
        for form in forms_of(path, page.content.decode())
    ]


def _try(signed_in: Client, case: Case, before: str) -> None:
    client = Client(raise_request_exception=False)
    if "sign-in" not in case.path:
        client.cookies = signed_in.cookies.copy()
    answer = client.generic(case.method, case.path, case.body, content_type=case.media_type)
    content = b"" if answer.streaming else answer.content
    try:
        assert answer.status_code in ANSWERS, answer.status_code
        if answer.status_code >= 400 and answer.status_code != 429:
            assert fingerprint() == before, "refused, and yet something was written"
    except Exception as problem:
        raise AssertionError(f"{case}\n{problem}\n{content[:400]!r}") from problem
