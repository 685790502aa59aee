"""Routes of a feature: which version of a service a variant goes to."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, equals
from governance.changes import perform
from routing import changes
from routing.api import numbered
from routing.api.schemas import RouteChangeRequest, RouteRequest, RouteResponse
from toggles.reads import get_feature

ROUTES = Listing(
    "list_routes",
    RouteResponse,
    order=("environment__position", "id"),
    filters=(
        Filter("environment", equals("environment__key"), "Key of an environment."),
        Filter("service", equals("service__key"), "Key of a service."),
    ),
)


class Routes(APIView):
    @ROUTES.describe()
    def get(self, request: Request, feature: str) -> Response:
        return ROUTES.answer(request, numbered.routes().filter(feature=get_feature(feature)))

    @extend_schema(
        operation_id="create_route", request=RouteRequest, responses={201: RouteResponse}
    )
    def post(self, request: Request, feature: str) -> Response:
        """The mesh gets it when a rollout wants it. The service's team must have agreed."""
        by, asked = read_change(request, RouteRequest)
        made = perform(by, changes.CreateRoute(feature=feature, **asked))
        return Response(RouteResponse(made).data, status=201)


class OneRoute(APIView):
    @extend_schema(
        operation_id="set_route", request=RouteChangeRequest, responses={200: RouteResponse}
    )
    def put(
        self, request: Request, feature: str, environment: str, service: str, variant: str
    ) -> Response:
        """Create it, or let it go to another version while the mesh does not have it."""
        by, asked = read_change(request, RouteChangeRequest)
        found = perform(by, changes.SetRoute(feature, variant, service, environment, **asked))
        return Response(RouteResponse(found).data)

    @describe_deletion("delete_route", GuardedRequest)
    def delete(
        self, request: Request, feature: str, environment: str, service: str, variant: str
    ) -> Response:
        """Refused while a rollout under way needs it, or the mesh shall have it and it goes to
        another version than everyone gets."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteRoute(feature, variant, service, environment, **asked))
        return Response(status=204)
