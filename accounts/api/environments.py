"""Environments."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import changes
from accounts.api.changes import ChangeRequest, GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, is_true
from accounts.api.numbered import SubjectRevisionField
from accounts.models import Environment
from accounts.reads import get_environment
from governance.changes import perform
from governance.history import with_revision

POSITION = "Its place in lists, from 0; without it the last."


class EnvironmentResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    production = serializers.BooleanField()
    position = serializers.IntegerField()
    revision = SubjectRevisionField("environment")


class EnvironmentRequest(ChangeRequest):
    key = serializers.CharField()
    name = serializers.CharField(required=False, max_length=200)
    production = serializers.BooleanField(required=False)
    position = serializers.IntegerField(required=False, help_text=POSITION)


class EnvironmentChangeRequest(GuardedRequest):
    name = serializers.CharField(required=False, max_length=200)
    production = serializers.BooleanField(required=False)
    position = serializers.IntegerField(required=False)


ENVIRONMENTS = Listing(
    "list_environments",
    EnvironmentResponse,
    order=("position", "key"),
    filters=(Filter("production", is_true("production"), "`true` or `false`."),),
    search=("key", "name"),
)


class Environments(APIView):
    @ENVIRONMENTS.describe()
    def get(self, request: Request) -> Response:
        """In the order in which features usually get there."""
        return ENVIRONMENTS.answer(request, with_revision(Environment.objects.all(), "environment"))

    @extend_schema(
        operation_id="create_environment",
        request=EnvironmentRequest,
        responses={201: EnvironmentResponse},
    )
    def post(self, request: Request) -> Response:
        """Every feature gets its toggle there: off, exposed to nobody."""
        by, asked = read_change(request, EnvironmentRequest)
        made = perform(by, changes.CreateEnvironment(**asked))
        return Response(EnvironmentResponse(made).data, status=201)


class OneEnvironment(APIView):
    @extend_schema(operation_id="get_environment", responses=EnvironmentResponse)
    def get(self, request: Request, environment: str) -> Response:
        return Response(EnvironmentResponse(get_environment(environment)).data)

    @extend_schema(
        operation_id="change_environment",
        request=EnvironmentChangeRequest,
        responses=EnvironmentResponse,
    )
    def patch(self, request: Request, environment: str) -> Response:
        """What is given; the rest stays."""
        by, asked = read_change(request, EnvironmentChangeRequest)
        changed = perform(by, changes.SetEnvironment(environment=environment, **asked))
        return Response(EnvironmentResponse(changed).data)

    @describe_deletion("delete_environment", GuardedRequest)
    def delete(self, request: Request, environment: str) -> Response:
        """With its toggles and their history. Refused while anything is on there, or a key live."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteEnvironment(environment=environment, **asked))
        return Response(status=204)
