"""Features."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from governance.changes import perform
from toggles import changes
from toggles.api.schemas import ClientSideRequest, FeatureRequest, FeatureResponse
from toggles.models import Feature, Toggle
from toggles.reads import get_feature

TOGGLES = Prefetch("toggles", Toggle.objects.select_related("feature", "environment", "current"))


class Features(APIView):
    @extend_schema(operation_id="list_features", responses=FeatureResponse(many=True))
    def get(self, request: Request) -> Response:
        found = Feature.objects.select_related("owner").prefetch_related(TOGGLES)
        return Response(FeatureResponse(found, many=True).data)

    @extend_schema(
        operation_id="create_feature", request=FeatureRequest, responses={201: FeatureResponse}
    )
    def post(self, request: Request) -> Response:
        """Its toggle is made in every environment: off, exposed to nobody."""
        by, asked = read_change(request, FeatureRequest)
        return Response(
            FeatureResponse(perform(by, changes.CreateFeature(**asked))).data, status=201
        )


class OneFeature(APIView):
    @extend_schema(operation_id="get_feature", responses=FeatureResponse)
    def get(self, request: Request, feature: str) -> Response:
        return Response(FeatureResponse(get_feature(feature)).data)


class ClientSide(APIView):
    @extend_schema(
        operation_id="set_client_side", request=ClientSideRequest, responses=FeatureResponse
    )
    def put(self, request: Request, feature: str) -> Response:
        """Whether browsers and phones get its decisions, in every environment."""
        by, asked = read_change(request, ClientSideRequest)
        return Response(
            FeatureResponse(perform(by, changes.SetFeature(feature=feature, **asked))).data
        )
