"""What carries an environment's traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.reads import get_environment
from events.actions import emit
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import expect_revision, keep_revision
from governance.policy import OfInstallation, Permission
from governance.principals import Right
from routing.models import Mesh
from routing.routers import registry
from routing.sealed import fill_token, seal_settings
from routing.states import mesh_state


@dataclass(frozen=True)
class SetMesh(Change[Mesh]):
    """Say what carries an environment's traffic. The router itself checks its settings."""

    environment: str
    router: str
    settings: Mapping[str, Any]
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return [OfInstallation(Right.MESHES)]

    def check(self) -> None:
        get_environment(self.environment)
        expect_revision(f"mesh:{self.environment}", self.expected_revision)
        registry.build(self.router, fill_token(self.settings, self._stored()))

    def apply(self, by: Authorship) -> Mesh:
        where = get_environment(self.environment)
        found = Mesh.objects.filter(environment=where).first()
        before = mesh_state(found) if found else None
        mesh = found or Mesh(environment=where)
        given = fill_token(self.settings, self._stored())
        mesh.router, mesh.settings = self.router, seal_settings(given, self._stored())
        after = mesh_state(mesh)
        if before != after:
            mesh.save()
            subject = f"mesh:{self.environment}"
            keep_revision(by, "mesh.set", subject, before=before, after=after)
            # The event goes to whoever reads the topic: it tells which settings, not their values.
            told = {"router": self.router, "settings": sorted(self.settings)}
            emit("routing", "mesh.set", self.environment, told)
        return mesh

    def _stored(self) -> Mapping[str, Any]:
        found = Mesh.objects.filter(environment__key=self.environment).first()
        return found.settings if found else {}

    def describe(self) -> Description:
        return Description(f"Traffic of {self.environment} is carried by {self.router}.")
