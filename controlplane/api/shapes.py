"""The changes that can be made together, each with its name, its fields and what makes it.

The fields are those of the change's own address, without the reason, which all of them share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.changes import GuardedRequest
from governance.changes import Change
from routing import changes as routing
from routing.api.schemas import (
    AgreementRequest,
    MeshRequest,
    ParticipantChangeRequest,
    ParticipantRequest,
    PlacementRequest,
    RouteChangeRequest,
    ServiceChangeRequest,
    ServiceRequest,
    VersionRequest,
)
from toggles import changes
from toggles.api.schemas import (
    ExposureRequest,
    FeatureChangeRequest,
    FeatureRequest,
    NewSegmentRequest,
    SwitchRequest,
    VariantsRequest,
)
from toggles.api.toggles import exposure_change


@dataclass(frozen=True)
class Shape:
    """`fields` checks what was sent; `make` takes it as named arguments."""

    fields: type[serializers.Serializer[Any]]
    make: Callable[..., Change[Any]]


def _shape(name: str, base: type[serializers.Serializer[Any]], *named: str) -> Any:
    """The base's fields, and the keys that its address holds otherwise; not the reason."""
    words = "".join(word.title() for word in name.split("-"))
    added = {one: serializers.CharField() for one in named}
    fields = {"change": _name_field(name), **added, "reason": None}
    return type(f"{words}ChangeRequest", (base,), fields)


def _name_field(name: str) -> serializers.Field[Any, Any, Any, Any]:
    """A pattern, as the description gives every enumeration a shape of its own."""

    @extend_schema_field({"type": "string", "pattern": f"^{name}$", "example": name})
    class Name(serializers.CharField):
        pass

    return Name()


HERE = ("service", "environment")
PARTICIPANT = ("feature", "service")
ROUTE = ("feature", "environment", "service", "variant")
_MAKERS: dict[str, tuple[Any, tuple[str, ...], Callable[..., Change[Any]]]] = {
    "switch-toggle": (SwitchRequest, ("feature", "environment"), changes.SwitchToggle),
    "set-exposure": (ExposureRequest, ("feature", "environment"), exposure_change),
    "create-feature": (FeatureRequest, (), changes.CreateFeature),
    "set-feature": (FeatureChangeRequest, ("feature",), changes.SetFeature),
    "set-variants": (VariantsRequest, ("feature",), changes.SetVariants),
    "archive-feature": (GuardedRequest, ("feature",), changes.ArchiveFeature),
    "restore-feature": (GuardedRequest, ("feature",), changes.RestoreFeature),
    "set-segment": (NewSegmentRequest, (), changes.SetSegment),
    "delete-segment": (GuardedRequest, ("key",), changes.DeleteSegment),
    "create-service": (ServiceRequest, (), routing.CreateService),
    "set-service": (ServiceChangeRequest, ("service",), routing.SetService),
    "delete-service": (GuardedRequest, ("service",), routing.DeleteService),
    "set-version": (VersionRequest, (*HERE, "version"), routing.SetVersion),
    "delete-version": (GuardedRequest, (*HERE, "version"), routing.DeleteVersion),
    "set-placement": (PlacementRequest, HERE, routing.SetPlacement),
    "delete-placement": (GuardedRequest, HERE, routing.DeletePlacement),
    "set-mesh": (MeshRequest, ("environment",), routing.SetMesh),
    "delete-mesh": (GuardedRequest, ("environment",), routing.DeleteMesh),
    "add-participant": (ParticipantRequest, ("feature",), routing.AddParticipant),
    "set-participant": (ParticipantChangeRequest, PARTICIPANT, routing.SetParticipant),
    "remove-participant": (GuardedRequest, PARTICIPANT, routing.RemoveParticipant),
    "agree-to-participant": (AgreementRequest, PARTICIPANT, routing.AgreeToParticipant),
    "set-route": (RouteChangeRequest, ROUTE, routing.SetRoute),
    "delete-route": (GuardedRequest, ROUTE, routing.DeleteRoute),
}
SHAPES = {
    name: Shape(_shape(name, base, *named), make) for name, (base, named, make) in _MAKERS.items()
}
