"""Request and response shapes of rollouts."""

from typing import Any

from rest_framework import serializers

from accounts.api.changes import ChangeRequest


class StepRequest(serializers.Serializer[Any]):
    segment = serializers.CharField(required=False, help_text="Either this …")
    percentage = serializers.IntegerField(required=False, help_text="… or this, 1 to 100.")
    bake_seconds = serializers.IntegerField(required=False)


class RolloutRequest(ChangeRequest):
    feature = serializers.CharField()
    environment = serializers.CharField()
    variant = serializers.CharField(default="on")
    steps = StepRequest(many=True)
    gate = serializers.DictField(
        required=False, help_text="Any of: window_seconds, min_requests, min_errors, margin_points."
    )


class StepResponse(serializers.Serializer[Any]):
    title = serializers.CharField()
    segment = serializers.CharField()
    percentage = serializers.IntegerField(allow_null=True)
    bake_seconds = serializers.IntegerField()
    status = serializers.CharField(help_text="waiting, current, done or taken-back.")
    bake_fraction = serializers.FloatField(help_text="0.0 to 1.0.")
    exposed_at = serializers.DateTimeField(allow_null=True)
    baked_at = serializers.DateTimeField(allow_null=True)


class VersionTrafficResponse(serializers.Serializer[Any]):
    version = serializers.CharField()
    requests = serializers.IntegerField()
    error_count = serializers.IntegerField(source="errors")
    share = serializers.FloatField(allow_null=True, help_text="Per cent of the service's requests.")
    error_rate = serializers.FloatField(allow_null=True, help_text="Per cent.")


class ServiceTrafficResponse(serializers.Serializer[Any]):
    service = serializers.CharField()
    asked = serializers.IntegerField(help_text="The present step's percentage.")
    measured = serializers.FloatField(allow_null=True, help_text="Share of the new version.")
    new = VersionTrafficResponse()
    baseline = VersionTrafficResponse()


class EffectResponse(serializers.Serializer[Any]):
    name = serializers.CharField()
    sentence = serializers.CharField()
    at = serializers.DateTimeField()


class AllowedActionResponse(serializers.Serializer[Any]):
    name = serializers.CharField()
    allowed = serializers.BooleanField()
    why_not = serializers.CharField(allow_blank=True)


class RolloutResponse(serializers.Serializer[Any]):
    """One rollout, as its page shows it."""

    id = serializers.UUIDField()
    feature = serializers.CharField()
    environment = serializers.CharField()
    variant = serializers.CharField()
    state = serializers.CharField()
    finished = serializers.BooleanField()
    headline = serializers.CharField()
    why = serializers.CharField(allow_blank=True)
    exposed = serializers.CharField()
    author = serializers.CharField()
    reason = serializers.CharField()
    position = serializers.IntegerField(help_text="Index of the present step, from 0.")
    steps = StepResponse(many=True)
    services = ServiceTrafficResponse(many=True)
    gate = serializers.DictField()
    effects = EffectResponse(many=True)
    actions = AllowedActionResponse(many=True)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RolloutLineResponse(serializers.Serializer[Any]):
    """One rollout in a list."""

    id = serializers.UUIDField()
    feature = serializers.CharField(source="toggle.feature.key")
    environment = serializers.CharField(source="toggle.environment.key")
    variant = serializers.CharField()
    state = serializers.CharField()
    why = serializers.CharField(allow_blank=True)
    author = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
