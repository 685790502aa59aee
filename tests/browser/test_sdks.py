"""The SDKs for browsers, unchanged, on a page of another origin than the evaluator's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from tests.clients import npm
from tests.evaluator.conftest import changing  # noqa: F401 - a fixture
from tests.evaluator.service import FEATURE, Service, expose, make_key

SDKS = ("ofrepWeb", "unleashProxyClient")


@pytest.fixture(scope="module", autouse=True)
def beside_playwright() -> Iterator[None]:
    """Playwright has an event loop in this thread, where Django refuses to ask the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the page is: a server of its own, so that its port differs."""
    npm.require_node()
    script = npm.bundle(npm.install()).encode()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b'<!doctype html><script type="module">%b</script>' % script)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    window = chromium.new_context()
    opened = window.new_page()
    opened.set_default_timeout(15_000)
    opened.goto(address)
    opened.wait_for_function("() => Boolean(window.begin)")
    yield opened
    window.close()


def begin(page: Page, sdk: str, service: Service) -> None:
    given = {"url": f"http://127.0.0.1:{service.port}", "key": service.key, "feature": FEATURE}
    service.evaluate()  # so that the new key is known: a preflight carries none
    page.evaluate("([sdk, given]) => window.begin(sdk, given)", [sdk, given])


@pytest.mark.parametrize("sdk", SDKS)
def test_sdk__page_of_an_origin_that_the_key_takes__decides_and_hears_of_a_change(
    sdk: str,
    page: Page,
    address: str,
    changing: Service,  # noqa: F811
) -> None:
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("console", hear)
    begin(page, sdk, changing.with_key(make_key(kind="client", origins=[address])))
    assert page.evaluate("window.isOn()") is False
    expose()
    page.wait_for_function("() => window.isOn()")
    assert complaints == []


@pytest.mark.parametrize("sdk", SDKS)
def test_sdk__page_of_another_origin__decides_nothing(
    sdk: str,
    page: Page,
    changing: Service,  # noqa: F811
) -> None:
    key = make_key(kind="client", origins=["https://shop.example"])
    with page.expect_event("requestfailed"), contextlib.suppress(Error):
        begin(page, sdk, changing.with_key(key))
    assert page.evaluate("window.isOn ? window.isOn() : null") in (None, False)
