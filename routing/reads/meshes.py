"""Find meshes."""

from __future__ import annotations

from accounts.reads import get_environment
from governance.refusals import NotFound
from routing.models import Mesh


def get_mesh(environment: str) -> Mesh:
    """The mesh of an environment. Raises NotFound naming `environment` or `mesh`."""
    where = get_environment(environment)
    found = Mesh.objects.select_related("environment").filter(environment=where).first()
    if found is None:
        raise NotFound(mesh=f"{environment} has no mesh: set one first.")
    return found
