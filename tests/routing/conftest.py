"""The shop's services, declared."""

from __future__ import annotations

import pytest

from tests.routing.shop import open_shop


@pytest.fixture
def shop(db: None) -> None:
    open_shop()
