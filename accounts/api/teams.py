"""Teams and their members."""

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import changes
from accounts.api.changes import ChangeRequest, GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, is_one_of
from accounts.api.numbered import SubjectRevisionField
from accounts.models import Membership, Role, Team
from accounts.reads import get_team
from governance.changes import perform
from governance.history import with_revision


class TeamResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    revision = SubjectRevisionField("team")


class TeamRequest(ChangeRequest):
    key = serializers.CharField()
    name = serializers.CharField(max_length=200)


class TeamChangeRequest(GuardedRequest):
    name = serializers.CharField(max_length=200)


class MemberResponse(serializers.Serializer[Any]):
    user = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.get_full_name")
    role = serializers.CharField()
    environments = serializers.SerializerMethodField(
        help_text="The role that stands in its place there; null: none."
    )
    revision = SubjectRevisionField("member", "subject_key")

    def get_environments(self, member: Membership) -> dict[str, str | None]:
        return {one.environment.key: one.role or None for one in member.environment_roles.all()}


class MemberRequest(GuardedRequest):
    role = serializers.CharField(help_text="`viewer`, `editor` or `owner`.")
    environments = serializers.DictField(
        required=False,
        child=serializers.CharField(allow_null=True),
        help_text="Roles that stand in its place, by environment, each below it; null: none there. "
        "Left out, those stay that are still below it.",
    )


TEAMS = Listing("list_teams", TeamResponse, order=("key",), search=("key", "name"))
MEMBERS = Listing(
    "list_members",
    MemberResponse,
    order=("user__username",),
    filters=(Filter("role", is_one_of("role", Role.values), "`viewer`, `editor` or `owner`."),),
    search=("user__username",),
)


class Teams(APIView):
    @TEAMS.describe()
    def get(self, request: Request) -> Response:
        return TEAMS.answer(request, with_revision(Team.objects.all(), "team"))

    @extend_schema(operation_id="create_team", request=TeamRequest, responses={201: TeamResponse})
    def post(self, request: Request) -> Response:
        """One that is there already stays as it is."""
        by, asked = read_change(request, TeamRequest)
        return Response(TeamResponse(perform(by, changes.CreateTeam(**asked))).data, status=201)


class OneTeam(APIView):
    @extend_schema(operation_id="get_team", responses=TeamResponse)
    def get(self, request: Request, team: str) -> Response:
        return Response(TeamResponse(get_team(team, "team")).data)

    @extend_schema(operation_id="change_team", request=TeamChangeRequest, responses=TeamResponse)
    def patch(self, request: Request, team: str) -> Response:
        by, asked = read_change(request, TeamChangeRequest)
        return Response(TeamResponse(perform(by, changes.SetTeam(team=team, **asked))).data)

    @describe_deletion("delete_team", GuardedRequest)
    def delete(self, request: Request, team: str) -> Response:
        """Refused while it owns anything. Its members lose their roles in it."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteTeam(team=team, **asked))
        return Response(status=204)


class Members(APIView):
    @MEMBERS.describe()
    def get(self, request: Request, team: str) -> Response:
        return MEMBERS.answer(request, _members(get_team(team, "team").key))


class OneMember(APIView):
    @extend_schema(operation_id="set_member", request=MemberRequest, responses=MemberResponse)
    def put(self, request: Request, team: str, user: str) -> Response:
        """Makes the person a member, or changes their role."""
        by, asked = read_change(request, MemberRequest)
        perform(by, changes.SetMember(team=team, user=user, **asked))
        return Response(MemberResponse(_members(team).get(user__username=user)).data)

    @describe_deletion("remove_member", GuardedRequest)
    def delete(self, request: Request, team: str, user: str) -> Response:
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.RemoveMember(team=team, user=user, **asked))
        return Response(status=204)


def _members(team: str) -> QuerySet[Membership]:
    rows = Membership.objects.filter(team__key=team).select_related("user")
    named = rows.prefetch_related("environment_roles__environment").annotate(
        subject_key=Concat(F("team__key"), Value("/"), F("user__username"))
    )
    return with_revision(named, "member", "subject_key")
