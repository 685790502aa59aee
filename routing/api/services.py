"""Services."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, equals
from governance.changes import perform
from routing import changes
from routing.api import numbered
from routing.api.schemas import ServiceChangeRequest, ServiceRequest, ServiceResponse
from routing.models import Service
from routing.reads import get_service

SERVICES = Listing(
    "list_services",
    ServiceResponse,
    order=("key",),
    filters=(Filter("owner", equals("owner__key"), "Key of the team that owns it."),),
    search=("key", "name"),
)


class Services(APIView):
    @SERVICES.describe()
    def get(self, request: Request) -> Response:
        return SERVICES.answer(request, _rows())

    @extend_schema(
        operation_id="create_service", request=ServiceRequest, responses={201: ServiceResponse}
    )
    def post(self, request: Request) -> Response:
        by, asked = read_change(request, ServiceRequest)
        return _whole(perform(by, changes.CreateService(**asked)), status=201)


class OneService(APIView):
    @extend_schema(operation_id="get_service", responses=ServiceResponse)
    def get(self, request: Request, service: str) -> Response:
        return _whole(get_service(service))

    @extend_schema(
        operation_id="change_service",
        request=ServiceChangeRequest,
        responses={200: ServiceResponse},
    )
    def patch(self, request: Request, service: str) -> Response:
        """What is left out stays as it is."""
        by, asked = read_change(request, ServiceChangeRequest)
        return _whole(perform(by, changes.SetService(service, **asked)))

    @describe_deletion("delete_service", GuardedRequest)
    def delete(self, request: Request, service: str) -> Response:
        """With its versions and placements; refused while it takes part in a feature."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteService(service, **asked))
        return Response(status=204)


def _rows() -> QuerySet[Service]:
    """A fixed number of queries, however many there are."""
    versions = Prefetch("versions", numbered.versions())
    placements = Prefetch("placements", numbered.placements())
    return numbered.services().prefetch_related(versions, placements)


def _whole(service: Service, status: int = 200) -> Response:
    return Response(ServiceResponse(_rows().get(pk=service.pk)).data, status=status)
