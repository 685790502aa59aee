"""What carries an environment's traffic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.reads import get_environment
from events.actions import emit
from governance.actions import record
from governance.authorship import Authorship
from governance.turn import take_turn
from routing.actions.changes import change
from routing.models import Mesh
from routing.routers import registry
from routing.sealed import fill_token, seal_settings


@transaction.atomic
def set_mesh(by: Authorship, *, environment: str, router: str, settings: Mapping[str, Any]) -> Mesh:
    """Say what carries an environment's traffic. The router itself checks its settings."""
    where = get_environment(environment)
    found = Mesh.objects.filter(environment=where).first() or Mesh(environment=where)
    settings = fill_token(settings, found.settings)
    registry.build(router, settings)
    take_turn()
    found = Mesh.objects.filter(environment=where).first() or Mesh(environment=where)
    if change(found, {"router": router, "settings": seal_settings(settings, found.settings)}):
        # Settings may name credentials: the audit log keeps which were set, not to what.
        detail = {"router": router, "settings": sorted(settings)}
        record(by, "mesh.set", f"mesh:{environment}", detail)
        emit("routing", "mesh.set", environment, detail)
    return found
