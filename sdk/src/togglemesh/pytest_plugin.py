"""The fixture `toggles` for users' tests; pytest finds it once the package is installed."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from togglemesh.testing import InMemoryClient


@pytest.fixture
def toggles() -> "InMemoryClient":
    """A client without network whose features the test sets: `toggles.override("x", True)`."""
    # Imported here: a plugin is loaded with pytest, before coverage begins to measure.
    from togglemesh.testing import InMemoryClient  # noqa: PLC0415 - see above

    return InMemoryClient()
