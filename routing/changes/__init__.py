"""Changes of services, their versions and places, meshes, participants and routes.

Doing the same again changes nothing; a different thing under the same key is a Conflict, or a
change where the name says `Set`.
"""

from routing.changes.meshes import SetMesh
from routing.changes.participants import AddParticipant, AgreeToParticipant, SetStandingConsent
from routing.changes.routes import CreateRoute, SetRouteWanted
from routing.changes.services import CreateService, SetPlacement, SetVersion

__all__ = [
    "AddParticipant",
    "AgreeToParticipant",
    "CreateRoute",
    "CreateService",
    "SetMesh",
    "SetPlacement",
    "SetRouteWanted",
    "SetStandingConsent",
    "SetVersion",
]
