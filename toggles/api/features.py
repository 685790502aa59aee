"""Features."""

from django.db.models import Prefetch, Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, equals, is_one_of, is_true
from governance.changes import perform
from governance.history import with_revision
from toggles import changes
from toggles.api.schemas import (
    ClientSideRequest,
    FeatureChangeRequest,
    FeatureRequest,
    FeatureResponse,
    VariantsRequest,
)
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

    @extend_schema(
        operation_id="change_feature", request=FeatureChangeRequest, responses=FeatureResponse
    )
    def patch(self, request: Request, feature: str) -> Response:
        """What people read of it, who owns it, its tags, whether clients get it."""
        by, asked = read_change(request, FeatureChangeRequest)
        return _show(perform(by, changes.SetFeature(feature=feature, **asked)))

    @describe_deletion("delete_feature", GuardedRequest)
    def delete(self, request: Request, feature: str) -> Response:
        """For good, with its toggles, their revisions, its routes and rollouts. Archive it first;
        the audit log keeps what was.
        """
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteFeature(feature=feature, **asked))
        return Response(status=204)


class Archive(APIView):
    @extend_schema(
        operation_id="archive_feature", request=GuardedRequest, responses={200: FeatureResponse}
    )
    def post(self, request: Request, feature: str) -> Response:
        """Out of service in every environment; SDKs then give their callers' defaults."""
        by, asked = read_change(request, GuardedRequest)
        return _show(perform(by, changes.ArchiveFeature(feature=feature, **asked)))


class Restore(APIView):
    @extend_schema(
        operation_id="restore_feature", request=GuardedRequest, responses={200: FeatureResponse}
    )
    def post(self, request: Request, feature: str) -> Response:
        """An archived one, as it was."""
        by, asked = read_change(request, GuardedRequest)
        return _show(perform(by, changes.RestoreFeature(feature=feature, **asked)))


class Variants(APIView):
    @extend_schema(
        operation_id="set_variants", request=VariantsRequest, responses={200: FeatureResponse}
    )
    def put(self, request: Request, feature: str) -> Response:
        """What it can decide to, in every environment at once."""
        by, asked = read_change(request, VariantsRequest)
        return _show(perform(by, changes.SetVariants(feature=feature, **asked)))


class ClientSide(APIView):
    @extend_schema(
        operation_id="set_client_side", request=ClientSideRequest, responses=FeatureResponse
    )
    def put(self, request: Request, feature: str) -> Response:
        """Whether browsers and phones get its decisions, in every environment."""
        by, asked = read_change(request, ClientSideRequest)
        return _show(perform(by, changes.SetFeature(feature=feature, **asked)))


def _show(feature: Feature) -> Response:
    return Response(FeatureResponse(feature).data)
