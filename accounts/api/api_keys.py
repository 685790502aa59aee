"""API keys, which open an environment to SDKs."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import changes, keys
from accounts.api.changes import ChangeRequest, read_change
from accounts.api.lists import Filter, Listing, equals, is_one_of
from accounts.api.schemas import (
    ApiKeyChangeRequest,
    ApiKeyRequest,
    ApiKeyResponse,
    NewApiKeyResponse,
)
from accounts.changes.keys import get_key
from accounts.models import ApiKey, KeyKind
from governance.changes import perform
from governance.history import with_revision

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


class ApiKeys(APIView):
    @KEYS.describe()
    def get(self, request: Request) -> Response:
        """Revoked ones, too; never the keys themselves."""
        found = ApiKey.objects.select_related("environment", "replaces")
        return KEYS.answer(request, with_revision(found, "api-key", "selector"))

    @extend_schema(
        operation_id="create_api_key", request=ApiKeyRequest, responses={201: NewApiKeyResponse}
    )
    def post(self, request: Request) -> Response:
        """The answer is the only place where the key is ever shown."""
        by, asked = read_change(request, ApiKeyRequest)
        return _show(perform(by, changes.CreateApiKey(**asked)))


class OneApiKey(APIView):
    @extend_schema(operation_id="get_api_key", responses=ApiKeyResponse)
    def get(self, request: Request, selector: str) -> Response:
        return Response(ApiKeyResponse(get_key(selector)).data)

    @extend_schema(
        operation_id="change_api_key", request=ApiKeyChangeRequest, responses=ApiKeyResponse
    )
    def patch(self, request: Request, selector: str) -> Response:
        """Its name, and where it may be used from."""
        by, asked = read_change(request, ApiKeyChangeRequest)
        key = perform(by, changes.SetApiKey(selector=selector, **asked))
        return Response(ApiKeyResponse(key).data)


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
