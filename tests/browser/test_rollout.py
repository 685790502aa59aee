"""A rollout in a real browser on the real embedded stack: live, steered, and taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from demo.faults import set_failing
from demo.identities import user
from demo.layout import shop_folder
from tests.browser.person import Person
from tests.conditions import eventually
from tests.stack.conftest import Stack
from tests.stack.shop import versions

pytestmark = pytest.mark.browser

LONG = 600  # seconds of bake: until a person acts
PEOPLE = [user(number) for number in range(1, 31)]


def test_rollout__new_version_fails__comes_back_by_itself_and_says_why(
    person: Person, stack: Stack
) -> None:
    person.turn_off()
    page = person.page
    routes = page.get_by_role("region", name="Routes").inner_text()
    person.start_rollout(("beta-users", 2), ("50 %", LONG))
    person.sees_step("50 %")
    for service in ("web", "cart", "payments"):
        share = page.locator(f"#service-{service} .share .figure")
        expect(share).to_have_text(re.compile(r"^\s*(4|5|6)\d %"), timeout=30_000)
    person.picture("rollout-running")
    try:
        page.get_by_role("button", name="Make cart v2 fail").click()
        expect(page.get_by_role("button", name="Heal cart v2")).to_be_visible()
        person.sees_state("rolled-back", seconds=60)
        why = re.compile(r"cart v2 failed \d+ of \d+ requests")
        expect(person.state).to_contain_text(why)
        person.picture("rollout-rolled-back")
        asks_no_more(page)
        # Cart v2 still fails; nobody meets it any more.
        eventually(lambda: {tuple(versions(stack, name)) for name in PEOPLE} == {("v1",) * 3})
    finally:
        set_failing(shop_folder(stack.home), failing=False)
    page.get_by_role("link", name="To New checkout").click()
    expect(person.toggle).to_contain_text("Off: nobody has it.")
    assert page.get_by_role("region", name="Routes").inner_text() == routes
    expect(page.get_by_role("region", name="Rollouts")).to_contain_text(why)


def test_rollout__healthy__moves_live_and_obeys(person: Person, stack: Stack) -> None:
    person.turn_off()
    person.start_rollout(("beta-users", 2), ("10 %", LONG), ("100", 2))
    page = person.page
    page.evaluate("window.untouched = true")
    person.sees_step("10 %")
    expect(page.locator("#step-0")).to_contain_text("Done")
    expect(page.locator("#exposed")).to_contain_text("10 % of everyone else")

    focus_stays_while_the_page_moves(page)
    page.get_by_role("button", name="Pause").click()
    person.sees_state("paused")
    expect(person.state).to_contain_text("Paused by admin")
    page.get_by_role("button", name="Go on").click()
    person.sees_state("baking")

    with person.offline():
        expect(page.locator("#lost")).to_contain_text(re.compile(r"last update \d+ s ago"))
    assert page.evaluate("window.untouched")  # all that without loading the page anew

    person.confirm("Promote", "looks good")
    person.sees_state("completed", seconds=60)
    eventually(lambda: {tuple(versions(stack, name)) for name in PEOPLE} == {("v2",) * 3})


def test_abort__reason_given__taken_back_for_that_reason(person: Person, stack: Stack) -> None:
    person.turn_off()
    person.start_rollout(("100 %", LONG))
    person.sees_step("100 %")
    person.confirm("Abort", "the wrong week")
    person.sees_state("aborted", seconds=60)
    expect(person.state).to_contain_text("Aborted by admin: the wrong week")
    eventually(lambda: {tuple(versions(stack, name)) for name in PEOPLE} == {("v1",) * 3})


def focus_stays_while_the_page_moves(page: Page) -> None:
    """The bake bar grows under the focused button, which stays the same element."""
    bar = page.locator(".bake rect")
    before = bar.get_attribute("width")
    page.get_by_role("button", name="Pause").focus()
    expect(bar).not_to_have_attribute("width", before or "")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()


def asks_no_more(page: Page) -> None:
    """An ended rollout is not polled: no request for three times the interval."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.wait_for_timeout(3000)
    assert seen == []
