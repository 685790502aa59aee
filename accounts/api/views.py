"""Environments, teams and API keys."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import changes, keys
from accounts.api.changes import ChangeRequest, read_change
from accounts.api.schemas import (
    ApiKeyRequest,
    ApiKeyResponse,
    EnvironmentResponse,
    NewApiKeyResponse,
    TeamResponse,
)
from accounts.models import ApiKey, Environment, Team
from governance.changes import perform


class Environments(APIView):
    @extend_schema(operation_id="list_environments", responses=EnvironmentResponse(many=True))
    def get(self, request: Request) -> Response:
        return Response(EnvironmentResponse(Environment.objects.all(), many=True).data)


class Teams(APIView):
    @extend_schema(operation_id="list_teams", responses=TeamResponse(many=True))
    def get(self, request: Request) -> Response:
        return Response(TeamResponse(Team.objects.all(), many=True).data)


class ApiKeys(APIView):
    @extend_schema(operation_id="list_api_keys", responses=ApiKeyResponse(many=True))
    def get(self, request: Request) -> Response:
        found = ApiKey.objects.select_related("environment", "replaces")
        return Response(ApiKeyResponse(found, many=True).data)

    @extend_schema(
        operation_id="create_api_key", request=ApiKeyRequest, responses={201: NewApiKeyResponse}
    )
    def post(self, request: Request) -> Response:
        """The answer is the only place where the key is ever shown."""
        by, asked = read_change(request, ApiKeyRequest)
        return _show(perform(by, changes.CreateApiKey(**asked)))


class ApiKeyRotation(APIView):
    @extend_schema(
        operation_id="rotate_api_key", request=ChangeRequest, responses={201: NewApiKeyResponse}
    )
    def post(self, request: Request, selector: str) -> Response:
        """Makes a successor; both are live until the former key is revoked."""
        by, _ = read_change(request, ChangeRequest)
        return _show(perform(by, changes.RotateApiKey(selector=selector)))


class ApiKeyRevocation(APIView):
    @extend_schema(
        operation_id="revoke_api_key", request=ChangeRequest, responses={200: ApiKeyResponse}
    )
    def post(self, request: Request, selector: str) -> Response:
        """For good; a revoked key stays revoked."""
        by, _ = read_change(request, ChangeRequest)
        return Response(ApiKeyResponse(perform(by, changes.RevokeApiKey(selector=selector))).data)


def _show(text: str) -> Response:
    selector = (keys.parse(text) or ("", ""))[0]
    answer = Response({"key": text, "selector": selector}, status=201)
    answer["Cache-Control"] = "no-store"
    return answer
