"""What routing adds to a feature: participants and routes."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from accounts.api.lists import Filter, Listing, equals
from governance.changes import perform
from routing import changes
from routing.api.schemas import (
    ParticipantRequest,
    ParticipantResponse,
    RouteRequest,
    RouteResponse,
)
from routing.models import Participant, Route
from toggles.reads import get_feature

PARTICIPANTS = Listing("list_participants", ParticipantResponse, order=("position", "id"))
ROUTES = Listing(
    "list_routes",
    RouteResponse,
    order=("environment__position", "id"),
    filters=(
        Filter("environment", equals("environment__key"), "Key of an environment."),
        Filter("service", equals("service__key"), "Key of a service."),
    ),
)


class Participants(APIView):
    @PARTICIPANTS.describe()
    def get(self, request: Request, feature: str) -> Response:
        """In the order in which their routes go up."""
        found = Participant.objects.select_related("service").filter(feature=get_feature(feature))
        return PARTICIPANTS.answer(request, found)

    @extend_schema(
        operation_id="add_participant",
        request=ParticipantRequest,
        responses={201: ParticipantResponse},
    )
    def post(self, request: Request, feature: str) -> Response:
        by, asked = read_change(request, ParticipantRequest)
        added = perform(by, changes.AddParticipant(feature=feature, **asked))
        return Response(ParticipantResponse(added).data, status=201)


class Routes(APIView):
    @ROUTES.describe()
    def get(self, request: Request, feature: str) -> Response:
        found = Route.objects.select_related("service", "environment", "version")
        return ROUTES.answer(request, found.filter(feature=get_feature(feature)))

    @extend_schema(
        operation_id="create_route", request=RouteRequest, responses={201: RouteResponse}
    )
    def post(self, request: Request, feature: str) -> Response:
        """The mesh gets it when a rollout wants it."""
        by, asked = read_change(request, RouteRequest)
        made = perform(by, changes.CreateRoute(feature=feature, **asked))
        return Response(RouteResponse(made).data, status=201)
