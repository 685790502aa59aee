"""Shapes of API keys."""

from typing import Any

from rest_framework import serializers

from accounts.api.changes import ChangeRequest, GuardedRequest
from accounts.api.numbered import SubjectRevisionField


class ApiKeyRequest(ChangeRequest):
    kind = serializers.CharField(
        help_text="`server`: reads a whole environment and decides. `client`: for browsers and "
        "phones, only decisions, only features marked for clients. `edge`: for a relay."
    )
    environment = serializers.CharField()
    name = serializers.CharField(max_length=200, help_text="What it is for.")
    origins = serializers.ListField(
        required=False,
        child=serializers.CharField(),
        help_text="Origins of web pages and apps that may use it, or `*`; without them any for a "
        "client key, none for the others.",
    )
    format = serializers.CharField(
        required=False,
        help_text="`togglemesh`, or `unleash`: the form of Unleash's tokens, for Unleash Edge.",
    )


class ApiKeyChangeRequest(GuardedRequest):
    name = serializers.CharField(required=False, max_length=200)
    origins = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="All of them, in place of these."
    )


class ApiKeyResponse(serializers.Serializer[Any]):
    selector = serializers.CharField(help_text="Names the key; it is not secret.")
    kind = serializers.CharField()
    environment = serializers.CharField(source="environment.key")
    name = serializers.CharField()
    origins = serializers.ListField(child=serializers.CharField())
    format = serializers.CharField()
    replaces = serializers.CharField(
        source="replaces.selector", default=None, help_text="The key that it succeeds."
    )
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revision = SubjectRevisionField("api-key", "selector")


class NewApiKeyResponse(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The whole key. It is shown this once only.")
    selector = serializers.CharField()
