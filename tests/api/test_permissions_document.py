"""docs/permissions.md tells what the policy says now, of every endpoint, page and command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.api.cast import Cast
from tests.api.matrix import AUTHORS, our_commands, page_addresses, write
from tests.api.test_permissions import path_of, rollout_in  # noqa: F401  # a fixture
from tests.pages.test_access import CHANGE, POST_ONLY, READ

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
METHODS = {
    **dict.fromkeys(READ, "GET"),
    **dict.fromkeys(CHANGE, "GET POST"),
    **dict.fromkeys(POST_ONLY, "POST"),
}


def test_commands__all_of_ours__each_has_its_row() -> None:
    assert our_commands() == set(AUTHORS)


def test_document__as_the_policy_says_now__nothing_differs(
    cast: Cast,
    path_of: Any,  # noqa: F811
) -> None:
    text = write(cast, path_of, _addresses)
    if os.environ.get("TOGGLEMESH_WRITE_PERMISSIONS"):
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text, "It differs: look at how, then run `make permissions`."


def _addresses() -> dict[str, str]:
    """Of every page, of a rollout that is under way where it is of a rollout."""
    number = rollout_in("preparing")
    named = {
        name: {key: number if value is None else value for key, value in kwargs.items()}
        for name, kwargs in {**READ, **CHANGE, **POST_ONLY}.items()
    }
    return page_addresses(named, METHODS)
