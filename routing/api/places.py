"""Services in one environment: their versions and placement."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from accounts.reads import get_environment
from governance.changes import perform
from governance.refusals import NotFound
from routing import changes
from routing.api.schemas import (
    PlacementRequest,
    PlacementResponse,
    VersionRequest,
    VersionResponse,
)
from routing.models import Placement
from routing.reads import get_service


class OneVersion(APIView):
    @extend_schema(
        operation_id="set_version", request=VersionRequest, responses={200: VersionResponse}
    )
    def put(self, request: Request, service: str, environment: str, version: str) -> Response:
        """Say which instances are this version."""
        by, asked = read_change(request, VersionRequest)
        found = perform(by, changes.SetVersion(service, environment, version, **asked))
        return Response(VersionResponse(found).data)

    @describe_deletion("delete_version", GuardedRequest)
    def delete(self, request: Request, service: str, environment: str, version: str) -> Response:
        """Refused while it is the baseline, or a route or a rollout under way needs it."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteVersion(service, environment, version, **asked))
        return Response(status=204)


class OnePlacement(APIView):
    @extend_schema(operation_id="get_placement", responses=PlacementResponse)
    def get(self, request: Request, service: str, environment: str) -> Response:
        return Response(PlacementResponse(_placement(service, environment)).data)

    @extend_schema(
        operation_id="set_placement", request=PlacementRequest, responses={200: PlacementResponse}
    )
    def put(self, request: Request, service: str, environment: str) -> Response:
        """Say where the service stands, and what everyone gets who has no route."""
        by, asked = read_change(request, PlacementRequest)
        found = perform(by, changes.SetPlacement(service, environment, **asked))
        return Response(PlacementResponse(found).data)

    @describe_deletion("delete_placement", GuardedRequest)
    def delete(self, request: Request, service: str, environment: str) -> Response:
        """Refused while the service has routes there. The mesh keeps what it was given last."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeletePlacement(service, environment, **asked))
        return Response(status=204)


def _placement(service: str, environment: str) -> Placement:
    here = {"service": get_service(service), "environment": get_environment(environment)}
    found = Placement.objects.select_related("service", "environment", "baseline")
    placement = found.filter(**here).first()
    if placement is None:
        raise NotFound(placement=f"{service} is not placed in {environment}.")
    return placement
