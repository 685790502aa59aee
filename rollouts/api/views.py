"""Start, look at and steer rollouts."""

from collections.abc import Callable
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import ChangeRequest, read_change
from accounts.reads import get_environment
from governance.changes import Change, perform
from governance.refusals import NotFound
from rollouts import changes
from rollouts.api.schemas import RolloutLineResponse, RolloutRequest, RolloutResponse
from rollouts.models import Rollout
from rollouts.reads import progress
from toggles.reads import get_feature

LATEST = 100
FILTERS = [OpenApiParameter("feature"), OpenApiParameter("environment")]


class Rollouts(APIView):
    @extend_schema(
        operation_id="list_rollouts",
        parameters=FILTERS,
        responses=RolloutLineResponse(many=True),
    )
    def get(self, request: Request) -> Response:
        """The latest hundred, newest first."""
        found = Rollout.objects.select_related("toggle__feature", "toggle__environment")
        if feature := request.query_params.get("feature"):
            found = found.filter(toggle__feature=get_feature(feature))
        if environment := request.query_params.get("environment"):
            found = found.filter(toggle__environment=get_environment(environment))
        return Response(RolloutLineResponse(found[:LATEST], many=True).data)

    @extend_schema(
        operation_id="start_rollout", request=RolloutRequest, responses={201: RolloutResponse}
    )
    def post(self, request: Request) -> Response:
        by, asked = read_change(request, RolloutRequest)
        started = perform(by, changes.StartRollout(**asked))
        return Response(_whole(started.pk), status=201)


class OneRollout(APIView):
    @extend_schema(operation_id="get_rollout", responses=RolloutResponse)
    def get(self, request: Request, rollout: str) -> Response:
        return Response(_whole(_id(rollout)))


class Deed(APIView):
    """One thing that a person may do with a rollout; the subclasses say which."""

    deed: Callable[[UUID], Change[Rollout]]

    def do(self, request: Request, rollout: str) -> Response:
        number = _id(rollout)
        by, _ = read_change(request, ChangeRequest)
        perform(by, type(self).deed(number))
        return Response(_whole(number))


class Pause(Deed):
    deed = changes.Pause

    @extend_schema(operation_id="pause_rollout", request=ChangeRequest, responses=RolloutResponse)
    def post(self, request: Request, rollout: str) -> Response:
        """Stop where it is; the gate goes on watching."""
        return self.do(request, rollout)


class Resume(Deed):
    deed = changes.Resume

    @extend_schema(operation_id="resume_rollout", request=ChangeRequest, responses=RolloutResponse)
    def post(self, request: Request, rollout: str) -> Response:
        """Go on from where it was paused."""
        return self.do(request, rollout)


class Promote(Deed):
    deed = changes.Promote

    @extend_schema(operation_id="promote_rollout", request=ChangeRequest, responses=RolloutResponse)
    def post(self, request: Request, rollout: str) -> Response:
        """Skip the rest of this step's bake."""
        return self.do(request, rollout)


class Abort(Deed):
    deed = changes.Abort

    @extend_schema(operation_id="abort_rollout", request=ChangeRequest, responses=RolloutResponse)
    def post(self, request: Request, rollout: str) -> Response:
        """Take it back: the toggle first, then the routes."""
        return self.do(request, rollout)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(rollout=f"There is no rollout {text!r}.") from None


def _whole(number: UUID) -> dict[str, object]:
    return dict(RolloutResponse(progress(number, timezone.now())).data)
