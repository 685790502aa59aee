"""Rollout templates: steps and a gate under a name."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, equals
from accounts.api.numbered import SubjectRevisionField
from governance.changes import perform
from governance.history import with_revision
from rollouts.api.schemas import StepRequest
from rollouts.changes import DeleteRolloutTemplate, SetRolloutTemplate
from rollouts.models import RolloutTemplate
from rollouts.templates import get_template


class RolloutTemplateRequest(GuardedRequest):
    name = serializers.CharField(max_length=200)
    owner = serializers.CharField(help_text="Key of the team that owns it.")
    steps = StepRequest(many=True)
    gate = serializers.DictField(
        default=dict, help_text="Any of: window_seconds, min_requests, min_errors, margin_points."
    )


class RolloutTemplateResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.key")
    steps = serializers.ListField(child=serializers.DictField())
    gate = serializers.DictField()
    revision = SubjectRevisionField("rollout-template")


TEMPLATES = Listing(
    "list_rollout_templates",
    RolloutTemplateResponse,
    order=("key",),
    filters=(Filter("owner", equals("owner__key"), "Key of the team that owns it."),),
    search=("key", "name"),
)


class RolloutTemplates(APIView):
    @TEMPLATES.describe()
    def get(self, request: Request) -> Response:
        found = RolloutTemplate.objects.select_related("owner")
        return TEMPLATES.answer(request, with_revision(found, "rollout-template"))


class OneRolloutTemplate(APIView):
    @extend_schema(operation_id="get_rollout_template", responses=RolloutTemplateResponse)
    def get(self, request: Request, template: str) -> Response:
        return Response(RolloutTemplateResponse(get_template(template)).data)

    @extend_schema(
        operation_id="set_rollout_template",
        request=RolloutTemplateRequest,
        responses={200: RolloutTemplateResponse},
    )
    def put(self, request: Request, template: str) -> Response:
        """Creates or changes it; rollouts that began from it stay as they are."""
        by, asked = read_change(request, RolloutTemplateRequest)
        made = perform(by, SetRolloutTemplate(key=template, **asked))
        return Response(RolloutTemplateResponse(made).data)

    @describe_deletion("delete_rollout_template", GuardedRequest)
    def delete(self, request: Request, template: str) -> Response:
        by, asked = read_change(request, GuardedRequest)
        perform(by, DeleteRolloutTemplate(template, **asked))
        return Response(status=204)
