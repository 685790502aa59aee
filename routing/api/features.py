"""What routing adds to a feature: participants and routes."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
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


class Participants(APIView):
    @extend_schema(operation_id="list_participants", responses=ParticipantResponse(many=True))
    def get(self, request: Request, feature: str) -> Response:
        found = Participant.objects.select_related("service").filter(feature=get_feature(feature))
        return Response(ParticipantResponse(found, many=True).data)

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
    @extend_schema(operation_id="list_routes", responses=RouteResponse(many=True))
    def get(self, request: Request, feature: str) -> Response:
        found = Route.objects.select_related("service", "environment", "version")
        found = found.filter(feature=get_feature(feature))
        return Response(RouteResponse(found, many=True).data)

    @extend_schema(
        operation_id="create_route", request=RouteRequest, responses={201: RouteResponse}
    )
    def post(self, request: Request, feature: str) -> Response:
        """The mesh gets it when a rollout wants it."""
        by, asked = read_change(request, RouteRequest)
        made = perform(by, changes.CreateRoute(feature=feature, **asked))
        return Response(RouteResponse(made).data, status=201)
