"""Changes of services, their versions and places, meshes, participants and routes.

Doing the same again changes nothing; a different thing under the same key is a Conflict, or a
change where the name says `Set`.
"""

from routing.changes.consents import AgreeToParticipant, SetStandingConsent
from routing.changes.meshes import DeleteMesh, SetMesh
from routing.changes.participants import AddParticipant, RemoveParticipant, SetParticipant
from routing.changes.placements import DeletePlacement, SetPlacement
from routing.changes.routes import CreateRoute, DeleteRoute, SetRoute, SetRouteWanted
from routing.changes.services import CreateService, DeleteService, SetService
from routing.changes.versions import DeleteVersion, SetVersion

__all__ = [
    "AddParticipant",
    "AgreeToParticipant",
    "CreateRoute",
    "CreateService",
    "DeleteMesh",
    "DeletePlacement",
    "DeleteRoute",
    "DeleteService",
    "DeleteVersion",
    "RemoveParticipant",
    "SetMesh",
    "SetParticipant",
    "SetPlacement",
    "SetRoute",
    "SetRouteWanted",
    "SetService",
    "SetStandingConsent",
    "SetVersion",
]
