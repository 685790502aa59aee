"""Environments, teams and API keys."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import changes, keys
from accounts.api.changes import ChangeRequest, read_change
from accounts.api.lists import Filter, Listing, equals, is_one_of, is_true
from accounts.api.schemas import (
    ApiKeyRequest,
    ApiKeyResponse,
    EnvironmentResponse,
    NewApiKeyResponse,
    TeamResponse,
)
from accounts.models import ApiKey, Environment, KeyKind, Team
from governance.changes import perform

ENVIRONMENTS = Listing(
    "list_environments",
    EnvironmentResponse,
    order=("position", "key"),
    filters=(Filter("production", is_true("production"), "`true` or `false`."),),
    search=("key", "name"),
)
TEAMS = Listing("list_teams", TeamResponse, order=("key",), search=("key", "name"))
KEYS = Listing(
    "list_api_keys",
    ApiKeyResponse,
    order=("id",),
    filters=(
        Filter("environment", equals("environment__key"), "Key of an environment."),
        Filter("kind", is_one_of("kind", KeyKind.values), "`server`, `client` or `edge`."),
    ),
    search=("name", "selector"),
)


class Environments(APIView):
    @ENVIRONMENTS.describe()
    def get(self, request: Request) -> Response:
        """In the order in which features usually get there."""
        return ENVIRONMENTS.answer(request, Environment.objects.all())


class Teams(APIView):
    @TEAMS.describe()
    def get(self, request: Request) -> Response:
        return TEAMS.answer(request, Team.objects.all())


class ApiKeys(APIView):
    @KEYS.describe()
    def get(self, request: Request) -> Response:
        """Revoked ones, too; never the keys themselves."""
        return KEYS.answer(request, ApiKey.objects.select_related("environment", "replaces"))

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
