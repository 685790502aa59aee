"""Revisions of everything that is numbered by `governance.history`, and going back to one."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import GuardedRequest, read_change
from accounts.api.differences import DifferenceResponse, shown_differences
from accounts.api.lists import Filter, Listing, equals
from governance.changes import perform
from governance.differences import differences
from governance.history import revisions_of
from governance.models import SubjectRevision
from governance.reverting import Revert


class SubjectRevisionResponse(serializers.Serializer[Any]):
    subject = serializers.CharField()
    number = serializers.IntegerField()
    action = serializers.CharField()
    before = serializers.JSONField(allow_null=True, help_text="Null where it was not there.")
    after = serializers.JSONField(allow_null=True, help_text="Null where it is not there now.")
    differences = serializers.SerializerMethodField()
    author = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()

    def get_differences(self, row: SubjectRevision) -> list[DifferenceResponse]:
        return shown_differences(differences(row.before, row.after))


class RevertRequest(GuardedRequest):
    subject = serializers.CharField(help_text="`<kind>:<key>`, e.g. `segment:beta-users`.")
    revision = serializers.IntegerField(
        min_value=0, help_text="The one whose state shall be again; 0: before the first."
    )


REVISIONS = Listing(
    "list_revisions",
    SubjectRevisionResponse,
    order=("-id",),
    filters=(
        Filter("subject", equals("subject"), "`<kind>:<key>`, e.g. `segment:beta-users`."),
        Filter("author", equals("author"), "Who made it."),
        Filter("action", equals("action"), "E.g. `segment.set`."),
    ),
    search=("subject", "reason"),
)


class SubjectRevisions(APIView):
    @REVISIONS.describe()
    def get(self, request: Request) -> Response:
        """Newest first. Toggles have revisions of their own, at their address."""
        return REVISIONS.answer(request, SubjectRevision.objects.all())


class Reverting(APIView):
    @extend_schema(
        operation_id="revert",
        request=RevertRequest,
        responses={200: SubjectRevisionResponse},
    )
    def post(self, request: Request) -> Response:
        """Gives the subject an earlier state, as a new revision, which is answered."""
        by, asked = read_change(request, RevertRequest)
        perform(by, Revert(**asked))
        return Response(SubjectRevisionResponse(revisions_of(asked["subject"])[0]).data)
