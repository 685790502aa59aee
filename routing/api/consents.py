"""To which teams' features the team of a service agrees once and for all."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import ChangeRequest, describe_deletion, read_change
from accounts.api.lists import Listing
from governance.changes import perform
from routing import changes
from routing.api.schemas import ConsentResponse
from routing.models import StandingConsent
from routing.reads import get_service

CONSENTS = Listing("list_consents", ConsentResponse, order=("team__key",))


class Consents(APIView):
    @CONSENTS.describe()
    def get(self, request: Request, service: str) -> Response:
        found = StandingConsent.objects.select_related("service", "team")
        return CONSENTS.answer(request, found.filter(service=get_service(service)))


class OneConsent(APIView):
    @extend_schema(
        operation_id="set_consent", request=ChangeRequest, responses={200: ConsentResponse}
    )
    def put(self, request: Request, service: str, team: str) -> Response:
        """Agree to every feature of the team, now and later; takes an owner of the service."""
        by, _ = read_change(request, ChangeRequest)
        perform(by, changes.SetStandingConsent(service, team, agreed=True))
        found = StandingConsent.objects.select_related("service", "team")
        made = found.get(service__key=service, team__key=team)
        return Response(ConsentResponse(made).data)

    @describe_deletion("end_consent", ChangeRequest)
    def delete(self, request: Request, service: str, team: str) -> Response:
        """From now on each feature of the team asks; what was agreed to stays so."""
        by, _ = read_change(request, ChangeRequest)
        perform(by, changes.SetStandingConsent(service, team, agreed=False))
        return Response(status=204)
