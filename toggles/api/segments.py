"""Segments: of a team, or of everybody."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, equals
from governance.changes import perform
from governance.history import with_revision
from toggles import changes
from toggles.api.schemas import NewSegmentRequest, SegmentRequest, SegmentResponse
from toggles.models import Segment
from toggles.reads import get_segment

SEGMENTS = Listing(
    "list_segments",
    SegmentResponse,
    order=("key",),
    filters=(Filter("owner", equals("owner__key"), "Key of the team that may change it."),),
    search=("key", "name"),
)


class Segments(APIView):
    @SEGMENTS.describe()
    def get(self, request: Request) -> Response:
        found = Segment.objects.select_related("owner")
        return SEGMENTS.answer(request, with_revision(found, "segment"))

    @extend_schema(
        operation_id="create_segment", request=NewSegmentRequest, responses={201: SegmentResponse}
    )
    def post(self, request: Request) -> Response:
        by, asked = read_change(request, NewSegmentRequest)
        made = perform(by, changes.SetSegment(**asked, new=True))
        return Response(SegmentResponse(made).data, status=201)


class OneSegment(APIView):
    @extend_schema(operation_id="get_segment", responses=SegmentResponse)
    def get(self, request: Request, segment: str) -> Response:
        return Response(SegmentResponse(get_segment(segment)).data)

    @extend_schema(
        operation_id="set_segment", request=SegmentRequest, responses={200: SegmentResponse}
    )
    def put(self, request: Request, segment: str) -> Response:
        """Every environment gets the change at once."""
        by, asked = read_change(request, SegmentRequest)
        get_segment(segment)
        return Response(SegmentResponse(perform(by, changes.SetSegment(key=segment, **asked))).data)

    @describe_deletion("delete_segment", GuardedRequest)
    def delete(self, request: Request, segment: str) -> Response:
        """Only one that no exposure, no other segment and no rollout under way asks for."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteSegment(key=segment, **asked))
        return Response(status=204)
