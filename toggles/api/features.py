"""Features."""

from django.db.models import Prefetch, Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from accounts.api.lists import Filter, Listing, equals, is_one_of, is_true
from governance.changes import perform
from governance.history import with_revision
from toggles import changes
from toggles.api.schemas import ClientSideRequest, FeatureRequest, FeatureResponse
from toggles.models import Feature, FeatureKind, Lifecycle, Toggle
from toggles.reads import get_feature

TOGGLES = Prefetch("toggles", Toggle.objects.select_related("feature", "environment", "current"))


def _has_tag(_: str, tag: str) -> Q:
    return Q(tags__contains=[tag])


FEATURES = Listing(
    "list_features",
    FeatureResponse,
    order=("key",),
    filters=(
        Filter("owner", equals("owner__key"), "Key of the team that owns it."),
        Filter("kind", is_one_of("kind", FeatureKind.values), "E.g. `release`."),
        Filter("lifecycle", is_one_of("lifecycle", Lifecycle.values), "`active` or `archived`."),
        Filter("tag", _has_tag, "One of its tags."),
        Filter("client_side", is_true("client_side"), "`true` or `false`."),
    ),
    search=("key", "name", "description"),
)


class Features(APIView):
    @FEATURES.describe()
    def get(self, request: Request) -> Response:
        """Archived ones, too, unless `lifecycle=active` is asked for."""
        found = Feature.objects.select_related("owner").prefetch_related(TOGGLES)
        return FEATURES.answer(request, with_revision(found, "feature"))

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
