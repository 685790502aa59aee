"""Request and response shapes of services, placements, meshes, participants and routes."""

from typing import Any

from rest_framework import serializers

from accounts.api.changes import ChangeRequest
from routing.models import Mesh
from routing.sealed import shown_settings


class ServiceRequest(ChangeRequest):
    key = serializers.CharField()
    name = serializers.CharField(max_length=200)
    owner = serializers.CharField(help_text="Key of the team that owns it.")


class VersionResponse(serializers.Serializer[Any]):
    service = serializers.CharField(source="service.key")
    environment = serializers.CharField(source="environment.key")
    version = serializers.CharField()
    labels = serializers.DictField(child=serializers.CharField())
    endpoints = serializers.ListField(child=serializers.CharField())


class PlacementResponse(serializers.Serializer[Any]):
    service = serializers.CharField(source="service.key")
    environment = serializers.CharField(source="environment.key")
    host = serializers.CharField()
    port = serializers.IntegerField()
    namespace = serializers.CharField()
    baseline = serializers.CharField(source="baseline.version")


class ServiceResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.key")
    versions = VersionResponse(many=True)
    placements = PlacementResponse(many=True)


class VersionRequest(ChangeRequest):
    labels = serializers.DictField(
        required=False, child=serializers.CharField(), help_text="Select its instances (Istio)."
    )
    endpoints = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="`host:port` (standalone Envoy)."
    )


class PlacementRequest(ChangeRequest):
    host = serializers.CharField(help_text="Its name in the mesh.")
    port = serializers.IntegerField()
    namespace = serializers.CharField(default="default")
    baseline = serializers.CharField(help_text="The version that everyone gets without a route.")


class MeshRequest(ChangeRequest):
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

    def get_settings(self, mesh: Mesh) -> dict[str, Any]:
        return shown_settings(mesh.settings)


class ParticipantRequest(ChangeRequest):
    service = serializers.CharField()
    part = serializers.CharField(help_text="`provides` or `consumes`.")
    position = serializers.IntegerField(help_text="Routes go up in this order: providers first.")


class ParticipantResponse(serializers.Serializer[Any]):
    service = serializers.CharField(source="service.key")
    part = serializers.CharField()
    position = serializers.IntegerField()


class RouteRequest(ChangeRequest):
    environment = serializers.CharField()
    variant = serializers.CharField()
    service = serializers.CharField()
    version = serializers.CharField()


class RouteResponse(serializers.Serializer[Any]):
    environment = serializers.CharField(source="environment.key")
    variant = serializers.CharField()
    service = serializers.CharField(source="service.key")
    version = serializers.CharField(source="version.version")
    wanted = serializers.BooleanField(help_text="Whether the mesh shall have it now.")
