"""The changes that give subjects of routing an earlier state; a state of None: it was not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from governance.changes import Change
from governance.refusals import Conflict
from routing import changes
from routing.models import Service
from routing.reads import find_participant, find_route
from routing.states import participant_state

State = Mapping[str, Any] | None


def revert_service(key: str, state: State) -> Change[Any]:
    if state is None:
        return changes.DeleteService(key)
    if Service.objects.filter(key=key).exists():
        return changes.SetService(key, state["name"], state["owner"])
    return changes.CreateService(key, state["name"], state["owner"])


def revert_version(key: str, state: State) -> Change[Any]:
    environment, service, version = key.split("/")
    if state is None:
        return changes.DeleteVersion(service, environment, version)
    return changes.SetVersion(service, environment, version, state["labels"], state["endpoints"])


def revert_placement(key: str, state: State) -> Change[Any]:
    environment, service = key.split("/")
    if state is None:
        return changes.DeletePlacement(service, environment)
    return changes.SetPlacement(service, environment, **state)


def revert_mesh(key: str, state: State) -> Change[Any]:
    """A token is in no revision: it stays when the server is the same, else it is given anew."""
    if state is None:
        return changes.DeleteMesh(key)
    return changes.SetMesh(key, state["router"], state["settings"])


def revert_participant(key: str, state: State) -> Change[Any]:
    """Whether the service's team agrees is reverted by that team alone."""
    feature, service = key.split("/")
    if state is None:
        return changes.RemoveParticipant(feature, service)
    part, position = state["part"], state["position"]
    found = find_participant(feature, service)
    if found is None:
        return changes.AddParticipant(feature, service, part, position)
    now = participant_state(found)
    if (part, position) == (now["part"], now["position"]):
        return changes.AgreeToParticipant(feature, service, agreed=state["agreed"])
    return changes.SetParticipant(feature, service, part, position)


def revert_consent(key: str, state: State) -> Change[Any]:
    service, team = key.split("/")
    return changes.SetStandingConsent(service, team, agreed=bool(state and state["agreed"]))


def revert_route(key: str, state: State) -> Change[Any]:
    """To another version only: the mesh gets and loses routes with rollouts."""
    environment, service, feature, variant = key.split("/", 3)
    if state is None:
        return changes.DeleteRoute(feature, variant, service, environment)
    found = find_route(feature=feature, variant=variant, service=service, environment=environment)
    if found and found.version.version == state["version"]:
        raise Conflict(
            revision="Only whether the mesh has the route differs, which rollouts decide: start "
            "one, or abort the one under way."
        )
    return changes.SetRoute(feature, variant, service, environment, state["version"])
