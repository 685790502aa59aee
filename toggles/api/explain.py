"""Why a context gets what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from togglemesh.engine import Explanation
from toggles.explaining import explain


class ExplainRequest(serializers.Serializer[Any]):
    environment = serializers.CharField()
    context = serializers.DictField(  # type: ignore[assignment]  # taken off the class
        required=False, help_text="As an SDK has it, e.g. `userId` and `properties`."
    )


class DecisionResponse(serializers.Serializer[Any]):
    variant = serializers.CharField(allow_null=True, help_text="Null: the caller's default.")
    value = serializers.JSONField(allow_null=True)
    reason = serializers.CharField()
    rule = serializers.CharField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True)


class ExplanationResponse(serializers.Serializer[Any]):
    decision = DecisionResponse()
    enabled = serializers.BooleanField()
    since = serializers.DateTimeField(
        allow_null=True, help_text="The moment of the scheduled change that holds."
    )
    lines = serializers.ListField(
        child=serializers.CharField(), help_text="The whole of it for people, indented."
    )
    prerequisites = serializers.ListField(child=serializers.DictField())
    lists = serializers.ListField(child=serializers.DictField())
    rules = serializers.ListField(
        child=serializers.DictField(), help_text="Those that were looked at."
    )
    targeting = serializers.DictField(allow_null=True)


class Explain(APIView):
    @extend_schema(
        operation_id="explain_feature",
        request=ExplainRequest,
        responses={200: ExplanationResponse},
    )
    def post(self, request: Request, feature: str) -> Response:
        """How the feature is decided for the context, as it is stored now. Nothing is changed."""
        body = ExplainRequest(data=request.data)
        body.is_valid(raise_exception=True)
        asked = {"context": {}, **body.validated_data}
        return Response(_shown(explain(feature=feature, **asked)))


def _shown(found: Explanation) -> dict[str, Any]:
    shown: dict[str, Any] = _plain(found)
    since = None if found.since is None else datetime.fromtimestamp(found.since, UTC)
    return dict(ExplanationResponse({**shown, "since": since, "lines": found.lines()}).data)


def _plain(value: Any) -> Any:
    """The explanation as JSON has it."""
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
