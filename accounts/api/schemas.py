"""Response shapes that belong to accounts."""

from typing import Any

from rest_framework import serializers

from accounts.api.changes import ChangeRequest


class EnvironmentResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    production = serializers.BooleanField()


class TeamResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()


class ApiKeyRequest(ChangeRequest):
    kind = serializers.CharField(help_text="`server`: reads a whole environment and decides.")
    environment = serializers.CharField()
    name = serializers.CharField(max_length=200, help_text="What it is for.")


class ApiKeyResponse(serializers.Serializer[Any]):
    selector = serializers.CharField(help_text="Names the key; it is not secret.")
    kind = serializers.CharField()
    environment = serializers.CharField(source="environment.key")
    name = serializers.CharField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewApiKeyResponse(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The whole key. It is shown this once only.")
    selector = serializers.CharField()
