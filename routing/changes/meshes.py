"""What carries an environment's traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.reads import get_environment
from events.actions import emit
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision, keep_revision
from governance.policy import OfInstallation, Permission
from governance.principals import Right
from routing.models import Mesh
from routing.reads import get_mesh
from routing.routers import registry
from routing.sealed import fill_token, seal_settings
from routing.states import State, mesh_state


class _OfMesh(Change[Any]):
    """All teams share a mesh, so it belongs to the installation."""

    environment: str

    def permissions(self) -> Sequence[Permission]:
        return [OfInstallation(Right.MESHES)]

    @property
    def subject(self) -> str:
        return f"mesh:{self.environment}"

    def find(self) -> Mesh | None:
        return Mesh.objects.filter(environment__key=self.environment).first()

    def state(self) -> State | None:
        found = self.find()
        return mesh_state(found) if found else None


@dataclass(frozen=True)
class SetMesh(_OfMesh):
    """Say what carries an environment's traffic. The router itself checks its settings."""

    environment: str
    router: str
    settings: Mapping[str, Any]
    expected_revision: int | None = None

    def check(self) -> None:
        get_environment(self.environment)
        expect_revision(self.subject, self.expected_revision)
        registry.build(self.router, fill_token(self.settings, self._stored()))

    def apply(self, by: Authorship) -> Mesh:
        before, mesh = self.state(), self._changed()
        after = mesh_state(mesh)
        if before != after:
            mesh.save()
            keep_revision(by, "mesh.set", self.subject, before=before, after=after)
            # The event goes to whoever reads the topic: it tells which settings, not their values.
            told = {"router": self.router, "settings": sorted(self.settings)}
            emit("routing", "mesh.set", self.environment, told)
        return mesh

    def describe(self) -> Description:
        sentence = f"Traffic of {self.environment} is carried by {self.router}."
        return Description(sentence, self.state(), mesh_state(self._changed()))

    def _changed(self) -> Mesh:
        mesh = self.find() or Mesh(environment=get_environment(self.environment))
        given = fill_token(self.settings, self._stored())
        mesh.router, mesh.settings = self.router, seal_settings(given, self._stored())
        return mesh

    def _stored(self) -> Mapping[str, Any]:
        found = self.find()
        return found.settings if found else {}


@dataclass(frozen=True)
class DeleteMesh(_OfMesh):
    """Forget what carries an environment's traffic; refused while routes are wanted there."""

    environment: str
    expected_revision: int | None = None

    def check(self) -> None:
        expect_revision(self.subject, self.expected_revision)
        get_mesh(self.environment)
        check_no_dependents("mesh", self.environment, "mesh", "end that first.")

    def apply(self, by: Authorship) -> None:
        found = get_mesh(self.environment)
        before = mesh_state(found)
        found.delete()
        keep_revision(by, "mesh.deleted", self.subject, before=before, after=None)
        emit("routing", "mesh.deleted", self.environment, {"router": found.router})

    def describe(self) -> Description:
        sentence = f"ToggleMesh steers no traffic of {self.environment} any more."
        return Description(sentence, self.state(), None)
