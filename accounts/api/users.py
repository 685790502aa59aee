"""People who sign in."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import changes
from accounts.api.changes import ChangeRequest, GuardedRequest, describe_deletion, read_change
from accounts.api.lists import Filter, Listing, is_true
from accounts.api.numbered import SubjectRevisionField
from accounts.models import User
from accounts.reads import get_user
from accounts.requests import may
from governance.changes import perform
from governance.history import with_revision
from governance.policy import AnyOf, OfInstallation, Oneself
from governance.principals import Right

RIGHTS = f"Over what belongs to everybody: {', '.join(f'`{one}`' for one in Right)}."
PASSWORD = "At least 12 characters, and not a common one."  # noqa: S105 - says what one has to be


class UserResponse(serializers.Serializer[Any]):
    username = serializers.CharField()
    name = serializers.CharField(source="get_full_name")
    email = serializers.SerializerMethodField(
        help_text="Empty for who may neither change people nor is this person."
    )
    active = serializers.BooleanField(source="is_active")
    administrator = serializers.BooleanField(source="is_superuser")
    rights = serializers.ListField(child=serializers.CharField(), help_text=RIGHTS)
    revision = SubjectRevisionField("user", "username")

    def get_email(self, user: User) -> str:
        seeing = AnyOf((OfInstallation(Right.PEOPLE), Oneself(user.get_username())))
        return user.email if may(self.context["request"], seeing) else ""


class UserRequest(ChangeRequest):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=500, trim_whitespace=False, help_text=PASSWORD)
    name = serializers.CharField(required=False, max_length=150, allow_blank=True)
    email = serializers.CharField(required=False, max_length=254, allow_blank=True)
    administrator = serializers.BooleanField(required=False)
    rights = serializers.ListField(required=False, child=serializers.CharField(), help_text=RIGHTS)


class UserChangeRequest(GuardedRequest):
    name = serializers.CharField(required=False, max_length=150, allow_blank=True)
    email = serializers.CharField(required=False, max_length=254, allow_blank=True)
    active = serializers.BooleanField(required=False, help_text="False: may not sign in.")
    administrator = serializers.BooleanField(required=False)
    rights = serializers.ListField(required=False, child=serializers.CharField(), help_text=RIGHTS)
    password = serializers.CharField(
        required=False, max_length=500, trim_whitespace=False, help_text=PASSWORD
    )


USERS = Listing(
    "list_users",
    UserResponse,
    order=("username",),
    filters=(
        Filter("active", is_true("is_active"), "`true` or `false`."),
        Filter("administrator", is_true("is_superuser"), "`true` or `false`."),
    ),
    search=("username", "first_name", "last_name"),
)


class Users(APIView):
    @USERS.describe()
    def get(self, request: Request) -> Response:
        found = with_revision(User.objects.all(), "user", "username")
        return USERS.answer(request, found, {"request": request})

    @extend_schema(operation_id="create_user", request=UserRequest, responses={201: UserResponse})
    def post(self, request: Request) -> Response:
        """Somebody new has no role yet: a team's owner gives them one."""
        by, asked = read_change(request, UserRequest)
        return _tell(request, perform(by, changes.CreateUser(**asked)), 201)


class OneUser(APIView):
    @extend_schema(operation_id="get_user", responses=UserResponse)
    def get(self, request: Request, user: str) -> Response:
        return _tell(request, get_user(user))

    @extend_schema(operation_id="change_user", request=UserChangeRequest, responses=UserResponse)
    def patch(self, request: Request, user: str) -> Response:
        """What is given; the rest stays. People may change their own name and address."""
        by, asked = read_change(request, UserChangeRequest)
        return _tell(request, perform(by, changes.SetUser(user=user, **asked)))

    @describe_deletion("delete_user", GuardedRequest)
    def delete(self, request: Request, user: str) -> Response:
        """With their roles and tokens; what they did stays in the audit log."""
        by, asked = read_change(request, GuardedRequest)
        perform(by, changes.DeleteUser(user=user, **asked))
        return Response(status=204)


def _tell(request: Request, user: User, status: int = 200) -> Response:
    return Response(UserResponse(user, context={"request": request}).data, status=status)
