"""The shop's people."""

from tests.api.conftest import as_admin, as_editor, as_owner, as_viewer, mesh, shop

__all__ = ["as_admin", "as_editor", "as_owner", "as_viewer", "mesh", "shop"]
