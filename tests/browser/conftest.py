"""The embedded stack with the shop, and a person who has signed in to it with a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import running_chromium
from tests.browser.person import Person
from tests.processes import ROOT
from tests.stack.conftest import Stack

ARTEFACTS = ROOT / "test-artefacts"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def stack(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    started = Stack(tmp_path_factory.mktemp("browser"))
    started.start()
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


@pytest.fixture
def person(chromium: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Person]:
    """Signed in as the first person; whatever the browser complains of fails the test."""
    window = chromium.new_context(viewport={"width": 1280, "height": 900})
    found = Person(window, f"http://127.0.0.1:{stack.ports['']}", artefacts())
    found.sign_in("admin", (stack.home / "secrets" / "admin-password").read_text().strip())
    yield found
    found.picture(f"{request.node.name}-at-its-end")
    window.close()
    assert found.complaints == []


def artefacts() -> Path:
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS
