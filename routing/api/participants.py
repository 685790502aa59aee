"""Which services take part in a feature, and whether their teams agree."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Listing
from governance.changes import perform
from routing import changes
from routing.api import numbered
from routing.api.schemas import (
    AgreementRequest,
    ParticipantChangeRequest,
    ParticipantRequest,
    ParticipantResponse,
)
from toggles.reads import get_feature

PARTICIPANTS = Listing("list_participants", ParticipantResponse, order=("position", "id"))


class Participants(APIView):
    @PARTICIPANTS.describe()
    def get(self, request: Request, feature: str) -> Response:
        """In the order in which their routes go up."""
        found = numbered.participants().filter(feature=get_feature(feature))
        return PARTICIPANTS.answer(request, found)

    @extend_schema(
        operation_id="add_participant",
        request=ParticipantRequest,
        responses={201: ParticipantResponse},
    )
    def post(self, request: Request, feature: str) -> Response:
        """A service of another team is only proposed until that team agrees."""
        by, asked = read_change(request, ParticipantRequest)
        added = perform(by, changes.AddParticipant(feature=feature, **asked))
        return Response(ParticipantResponse(added).data, status=201)


class OneParticipant(APIView):
    @extend_schema(
        operation_id="change_participant",
        request=ParticipantChangeRequest,
        responses={200: ParticipantResponse},
    )
    def patch(self, request: Request, feature: str, service: str) -> Response:
        """What is left out stays as it is."""
        by, asked = read_change(request, ParticipantChangeRequest)
        found = perform(by, changes.SetParticipant(feature, service, **asked))
        return Response(ParticipantResponse(found).data)

    @describe_deletion("remove_participant", GuardedRequest)
    def delete(self, request: Request, feature: str, service: str) -> Response:
        """Refused while the mesh shall have routes of the feature at the service."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.RemoveParticipant(feature, service, **asked))
        return Response(status=204)


class Agreement(APIView):
    @extend_schema(
        operation_id="set_agreement",
        request=AgreementRequest,
        responses={200: ParticipantResponse},
    )
    def put(self, request: Request, feature: str, service: str) -> Response:
        """The service's team agrees to its part in the feature, or takes that back.

        Taken back, what the mesh has stays, but no route is made, no rollout starts, and one under
        way exposes nobody further: it goes back.
        """
        by, asked = read_change(request, AgreementRequest)
        found = perform(by, changes.AgreeToParticipant(feature, service, **asked))
        return Response(ParticipantResponse(found).data)
