"""Services, their versions and placements."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from accounts.api.lists import Filter, Listing, equals
from governance.changes import perform
from routing import changes
from routing.api.schemas import (
    PlacementRequest,
    PlacementResponse,
    ServiceRequest,
    ServiceResponse,
    VersionRequest,
    VersionResponse,
)
from routing.models import Placement, Service, ServiceVersion
from routing.reads import get_service

VERSIONS = Prefetch("versions", ServiceVersion.objects.select_related("service", "environment"))
PLACEMENTS = Prefetch(
    "placements", Placement.objects.select_related("service", "environment", "baseline")
)
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
        found = Service.objects.select_related("owner").prefetch_related(VERSIONS, PLACEMENTS)
        return SERVICES.answer(request, found)

    @extend_schema(
        operation_id="create_service", request=ServiceRequest, responses={201: ServiceResponse}
    )
    def post(self, request: Request) -> Response:
        by, asked = read_change(request, ServiceRequest)
        return Response(
            ServiceResponse(perform(by, changes.CreateService(**asked))).data, status=201
        )


class OneService(APIView):
    @extend_schema(operation_id="get_service", responses=ServiceResponse)
    def get(self, request: Request, service: str) -> Response:
        return Response(ServiceResponse(get_service(service)).data)


class OneVersion(APIView):
    @extend_schema(
        operation_id="set_version", request=VersionRequest, responses={200: VersionResponse}
    )
    def put(self, request: Request, service: str, environment: str, version: str) -> Response:
        """Say which instances are this version."""
        by, asked = read_change(request, VersionRequest)
        found = perform(
            by,
            changes.SetVersion(service=service, environment=environment, version=version, **asked),
        )
        return Response(VersionResponse(found).data)


class OnePlacement(APIView):
    @extend_schema(
        operation_id="set_placement", request=PlacementRequest, responses={200: PlacementResponse}
    )
    def put(self, request: Request, service: str, environment: str) -> Response:
        """Say where the service stands, and what everyone gets who has no route."""
        by, asked = read_change(request, PlacementRequest)
        found = perform(by, changes.SetPlacement(service=service, environment=environment, **asked))
        return Response(PlacementResponse(found).data)
