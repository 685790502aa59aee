"""Start, look at and steer rollouts."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import ChangeRequest, read_change
from accounts.api.lists import Filter, Listing, equals, is_one_of
from accounts.reads import get_environment
from governance.changes import Change, perform
from governance.refusals import NotFound
from rollouts import changes
from rollouts.api.schemas import RolloutLineResponse, RolloutRequest, RolloutResponse
from rollouts.models import Rollout, RolloutState
from rollouts.reads import progress
from toggles.reads import get_feature


def _of_feature(_: str, key: str) -> Q:
    return Q(toggle__feature=get_feature(key))


def _of_environment(_: str, key: str) -> Q:
    return Q(toggle__environment=get_environment(key))


ROLLOUTS = Listing(
    "list_rollouts",
    RolloutLineResponse,
    order=("-started_at", "-id"),
    filters=(
        Filter("feature", _of_feature, "Key of a feature."),
        Filter("environment", _of_environment, "Key of an environment."),
        Filter("state", is_one_of("state", RolloutState.values), "E.g. `baking`."),
        Filter("author", equals("author"), "Who started it."),
    ),
)


class Rollouts(APIView):
    @ROLLOUTS.describe()
    def get(self, request: Request) -> Response:
        """Newest first."""
        found = Rollout.objects.select_related("toggle__feature", "toggle__environment")
        return ROLLOUTS.answer(request, found)

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
