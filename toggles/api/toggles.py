"""Toggles: a feature in one environment."""

from typing import Any

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
    SwitchRequest,
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


def exposure_change(
    *,
    feature: str,
    environment: str,
    enabled: bool,
    rules: list[Any],
    more: dict[str, Any] | None = None,
    expected_revision: int | None = None,
) -> changes.SetExposure:
    """The change that an ExposureRequest asks for."""
    return changes.SetExposure(
        feature,
        environment,
        Exposure.of(enabled=enabled, rules=rules, options=more),
        expected_revision=expected_revision,
        keep_options=more is None,
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
        revision = perform(by, exposure_change(feature=feature, environment=environment, **asked))
        return Response(RevisionResponse(revision).data)


class Switch(APIView):
    @extend_schema(
        operation_id="switch_toggle", request=SwitchRequest, responses={200: RevisionResponse}
    )
    def post(self, request: Request, feature: str, environment: str) -> Response:
        """On or off; the rest of the exposure stays. What is so already makes no new revision."""
        by, asked = read_change(request, SwitchRequest)
        change = changes.SwitchToggle(feature=feature, environment=environment, **asked)
        return Response(RevisionResponse(perform(by, change)).data)


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
