"""Declare services, their versions and places, meshes, participants and routes.

Each action is one transaction with audit entry and event. Doing the same again changes nothing; a
different thing under the same key is a Conflict, or a change where the name says `set`.
"""

from routing.actions.meshes import set_mesh
from routing.actions.routes import add_participant, create_route, set_routes_wanted
from routing.actions.services import create_service, set_placement, set_version

__all__ = [
    "add_participant",
    "create_route",
    "create_service",
    "set_mesh",
    "set_placement",
    "set_routes_wanted",
    "set_version",
]
