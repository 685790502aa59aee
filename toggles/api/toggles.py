"""Toggles: a feature in one environment."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import read_change
from accounts.api.lists import Filter, Listing, equals
from governance.changes import perform
from togglemesh.engine import Exposure
from toggles import changes
from toggles.api.schemas import (
    ExposureRequest,
    GoBackRequest,
    RevisionResponse,
    ToggleResponse,
)
from toggles.reads import get_toggle

REVISIONS = Listing(
    "list_toggle_revisions",
    RevisionResponse,
    order=("-number",),
    filters=(Filter("author", equals("author"), "Who made it."),),
    search=("reason",),
)


class OneToggle(APIView):
    @extend_schema(operation_id="get_toggle", responses=ToggleResponse)
    def get(self, request: Request, feature: str, environment: str) -> Response:
        toggle = get_toggle(feature=feature, environment=environment)
        return Response(ToggleResponse(toggle).data)

    @extend_schema(
        operation_id="set_exposure", request=ExposureRequest, responses={200: RevisionResponse}
    )
    def put(self, request: Request, feature: str, environment: str) -> Response:
        """Makes a new revision. `expected_revision` guards somebody else's change."""
        by, asked = read_change(request, ExposureRequest)
        revision = perform(
            by,
            changes.SetExposure(
                feature,
                environment,
                Exposure.of(
                    enabled=asked["enabled"], rules=asked["rules"], options=asked.get("more")
                ),
                expected_revision=asked.get("expected_revision"),
                keep_options="more" not in asked,
            ),
        )
        return Response(RevisionResponse(revision).data)


class Revisions(APIView):
    @REVISIONS.describe()
    def get(self, request: Request, feature: str, environment: str) -> Response:
        """Newest first."""
        toggle = get_toggle(feature=feature, environment=environment)
        return REVISIONS.answer(request, toggle.revisions.all())


class GoBack(APIView):
    @extend_schema(operation_id="go_back", request=GoBackRequest, responses={200: RevisionResponse})
    def post(self, request: Request, feature: str, environment: str) -> Response:
        """Makes a new revision with the content of an earlier one."""
        by, asked = read_change(request, GoBackRequest)
        revision = perform(
            by, changes.RevertToggle(feature=feature, environment=environment, **asked)
        )
        return Response(RevisionResponse(revision).data)
