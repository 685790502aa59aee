"""Request and response shapes of services, placements, meshes, participants and routes."""

from typing import Any

from rest_framework import serializers

from accounts.api.changes import ChangeRequest, GuardedRequest
from routing.api.numbered import RevisionField
from routing.models import Mesh, Participant
from routing.reads import agrees
from routing.sealed import shown_settings


class ServiceRequest(ChangeRequest):
    key = serializers.CharField()
    name = serializers.CharField(max_length=200)
    owner = serializers.CharField(help_text="Key of the team that owns it.")


class ServiceChangeRequest(GuardedRequest):
    name = serializers.CharField(required=False, max_length=200)
    owner = serializers.CharField(
        required=False,
        help_text="Key of another team: takes an owner of its team and an editor of the other.",
    )


class VersionResponse(serializers.Serializer[Any]):
    service = serializers.CharField(source="service.key")
    environment = serializers.CharField(source="environment.key")
    version = serializers.CharField()
    labels = serializers.DictField(child=serializers.CharField())
    endpoints = serializers.ListField(child=serializers.CharField())
    revision = RevisionField()


class PlacementResponse(serializers.Serializer[Any]):
    service = serializers.CharField(source="service.key")
    environment = serializers.CharField(source="environment.key")
    host = serializers.CharField()
    port = serializers.IntegerField()
    namespace = serializers.CharField()
    baseline = serializers.CharField(source="baseline.version")
    revision = RevisionField()


class ServiceResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.key")
    versions = VersionResponse(many=True)
    placements = PlacementResponse(many=True)
    revision = RevisionField()


class VersionRequest(GuardedRequest):
    labels = serializers.DictField(
        required=False, child=serializers.CharField(), help_text="Select its instances (Istio)."
    )
    endpoints = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="`host:port` (standalone Envoy)."
    )


class PlacementRequest(GuardedRequest):
    host = serializers.CharField(help_text="Its name in the mesh.")
    port = serializers.IntegerField()
    namespace = serializers.CharField(default="default")
    baseline = serializers.CharField(help_text="The version that everyone gets without a route.")


class MeshRequest(GuardedRequest):
    router = serializers.CharField(help_text="`istio` or `envoy`.")
    settings = serializers.DictField(
        default=dict,
        help_text="istio: `cluster` (a name that the operator lists), or `server`, `ca` and "
        "`token`; `sidecars`. envoy: `directory` and `admins`.",
    )


class MeshResponse(serializers.Serializer[Any]):
    environment = serializers.CharField(source="environment.key")
    router = serializers.CharField()
    settings = serializers.SerializerMethodField(help_text="A token is never shown, only `set`.")
    revision = RevisionField()

    def get_settings(self, mesh: Mesh) -> dict[str, Any]:
        return shown_settings(mesh.settings)


class ParticipantRequest(ChangeRequest):
    service = serializers.CharField()
    part = serializers.CharField(help_text="`provides` or `consumes`.")
    position = serializers.IntegerField(help_text="Routes go up in this order: providers first.")


class ParticipantChangeRequest(GuardedRequest):
    part = serializers.CharField(
        required=False, help_text="Another part is agreed to anew by the service's team."
    )
    position = serializers.IntegerField(required=False)


class AgreementRequest(GuardedRequest):
    agreed = serializers.BooleanField(
        help_text="Whether the service's team agrees to its part in the feature."
    )


class ParticipantResponse(serializers.Serializer[Any]):
    service = serializers.CharField(source="service.key")
    owner = serializers.CharField(source="service.owner.key", help_text="The service's team.")
    part = serializers.CharField()
    position = serializers.IntegerField()
    agreed = serializers.SerializerMethodField(
        help_text="Whether that team agrees; until then it is proposed, and has no routes."
    )
    revision = RevisionField()

    def get_agreed(self, participant: Participant) -> bool:
        return agrees(participant)


class ConsentResponse(serializers.Serializer[Any]):
    service = serializers.CharField(source="service.key")
    team = serializers.CharField(
        source="team.key", help_text="To every feature of this team the service's team agrees."
    )


class RouteRequest(ChangeRequest):
    environment = serializers.CharField()
    variant = serializers.CharField()
    service = serializers.CharField()
    version = serializers.CharField()


class RouteChangeRequest(GuardedRequest):
    version = serializers.CharField()


class RouteResponse(serializers.Serializer[Any]):
    environment = serializers.CharField(source="environment.key")
    variant = serializers.CharField()
    service = serializers.CharField(source="service.key")
    version = serializers.CharField(source="version.version")
    wanted = serializers.BooleanField(help_text="Whether the mesh shall have it now.")
    revision = RevisionField()
