"""What a person does with the pages, and what they can read there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, expect

FEATURE = "new-checkout"


class Person:
    """Uses the pages as people do: by labels, buttons and links."""

    def __init__(self, window: BrowserContext, url: str, pictures: Path) -> None:
        self.window, self.url, self.pictures = window, url, pictures
        self.page = window.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def sign_in(self, name: str, password: str) -> None:
        self.page.goto(self.url)
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Features")).to_be_visible()

    def turn_off(self) -> None:
        """Nobody has the feature in production."""
        self.page.goto(f"{self.url}/features/{FEATURE}/production/exposure")
        self.page.get_by_label("Off: nobody has it").check()
        self.page.get_by_label("Reason").fill("start from nothing")
        self.page.get_by_role("button", name="Change exposure").click()
        expect(self.toggle).to_contain_text("Off: nobody has it.")

    def start_rollout(self, *steps: tuple[str, int]) -> None:
        """From the list of features to the page of the running rollout."""
        self.page.goto(self.url)
        self.page.get_by_role("link", name="New checkout", exact=True).click()
        self.page.get_by_role("link", name="Start a rollout in Production").click()
        for place in range(8):
            who, bake = steps[place] if place < len(steps) else ("", 1)
            self.page.get_by_label(f"For: step {place + 1}").fill(who)
            field = self.page.get_by_label(f"Bake, seconds: step {place + 1}")
            box = field.bounding_box()
            assert box
            assert box["width"] > 60, "a person can see and click it"
            field.fill(str(bake))
        self.page.get_by_label("Reason").fill("The new checkout is ready")
        self.page.get_by_role("button", name="Start the rollout").click()
        expect(self.state).to_be_visible()

    def confirm(self, button: str, reason: str) -> None:
        """Press a button that asks for a reason, and give it."""
        self.page.get_by_role("button", name=button, exact=True).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Reason").fill(reason)
        dialog.get_by_role("button", name=button).click()

    def sees_state(self, state: str, seconds: float = 30) -> None:
        """Waits until the page says so by itself."""
        expect(self.state).to_have_attribute("data-state", state, timeout=seconds * 1000)

    def sees_step(self, title: str, seconds: float = 60) -> None:
        """Waits until the step is the current one, and baking."""
        current = self.page.locator("[aria-current=step]")
        expect(current).to_contain_text(title, timeout=seconds * 1000)
        self.sees_state("baking")

    @contextmanager
    def offline(self) -> Iterator[None]:
        """The server cannot be reached; that the browser says so is no fault of the page."""
        before = len(self.complaints)
        self.window.set_offline(True)
        yield
        self.window.set_offline(False)
        expect(self.page.locator("#lost")).to_be_hidden()
        del self.complaints[before:]

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    @property
    def state(self) -> Locator:
        return self.page.locator("#state")

    @property
    def toggle(self) -> Locator:
        """The toggle of production on the feature's page."""
        return self.page.get_by_role("article", name="Production")
