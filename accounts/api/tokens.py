"""Personal and service tokens; and who asks."""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import changes, keys
from accounts.api.changes import ChangeRequest, read_change
from accounts.api.lists import Filter, Listing, equals, is_one_of
from accounts.api.rights import SignedIn
from accounts.changes.tokens import MOST_DAYS, USUAL_DAYS
from accounts.models import AccessToken, TokenKind
from accounts.requests import may, principal
from governance.changes import Change, perform
from governance.policy import OfInstallation
from governance.principals import Principal, Right
from governance.refusals import Invalid, NotFound

READ, CHANGE = "read", "change"
ACCESS = [READ, CHANGE]
NARROWS = "At most these; left out: all that its person, or its roles, reach."


class AccessField(serializers.CharField):
    """`read_only` in a word."""

    def __init__(self) -> None:
        super().__init__(source="read_only", read_only=True, help_text="`read` or `change`.")

    def to_representation(self, value: Any) -> str:
        return READ if value else CHANGE


class TokenRequest(ChangeRequest):
    kind = serializers.CharField(
        help_text="`personal`: acts as you. `service`: has roles of its own.",
    )
    name = serializers.CharField(
        max_length=100, help_text="What it is for; of a service, its name in the audit log."
    )
    roles = serializers.DictField(
        required=False,
        child=serializers.CharField(),
        help_text='Of a service: its role by team, as in `{"shop": "editor"}`.',
    )
    teams = serializers.ListField(required=False, child=serializers.CharField(), help_text=NARROWS)
    environments = serializers.ListField(
        required=False, child=serializers.CharField(), help_text=NARROWS
    )
    access = serializers.CharField(
        required=False, help_text="`read`: it may look only. `change` without it."
    )
    expires_in_days = serializers.IntegerField(
        required=False,
        help_text=f"1 to {MOST_DAYS}, {USUAL_DAYS} without it; of a service longer, if an "
        "administrator asks.",
    )


class TokenResponse(serializers.Serializer[Any]):
    selector = serializers.CharField(help_text="Names the token; it is not secret.")
    kind = serializers.CharField()
    name = serializers.CharField()
    user = serializers.CharField(source="user.username", default=None)
    roles = serializers.DictField(child=serializers.CharField())
    teams = serializers.ListField(child=serializers.CharField(), allow_null=True)
    environments = serializers.ListField(child=serializers.CharField(), allow_null=True)
    access = AccessField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="Exact to a minute; null: never."
    )
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewTokenResponse(TokenResponse):
    token = serializers.CharField(help_text="The whole token. It is shown this once only.")


class ScopeResponse(serializers.Serializer[Any]):
    teams = serializers.ListField(child=serializers.CharField(), allow_null=True)
    environments = serializers.ListField(child=serializers.CharField(), allow_null=True)
    access = AccessField()


class NarrowedResponse(serializers.Serializer[Any]):
    team = serializers.CharField()
    environment = serializers.CharField()
    role = serializers.CharField(allow_null=True)


class MeResponse(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="As in the audit log.")
    kind = serializers.CharField(help_text="`person` or `token`.")
    administrator = serializers.BooleanField()
    rights = serializers.ListField(child=serializers.CharField())
    roles = serializers.DictField(child=serializers.CharField(), help_text="By team.")
    narrowed = NarrowedResponse(many=True)
    scope = ScopeResponse(allow_null=True, help_text="What a token reaches at most.")
    until = serializers.DateTimeField(allow_null=True, help_text="When the token ends.")


TOKENS = Listing(
    "list_tokens",
    TokenResponse,
    order=("id",),
    filters=(
        Filter("kind", is_one_of("kind", TokenKind.values), "`personal` or `service`."),
        Filter("user", equals("user__username"), "Whose personal tokens."),
    ),
    search=("name", "selector"),
)


class Tokens(APIView):
    @TOKENS.describe()
    def get(self, request: Request) -> Response:
        """Your own and those of services; of others, with the right `people`."""
        return TOKENS.answer(request, _visible(request))

    @extend_schema(
        operation_id="create_token", request=TokenRequest, responses={201: NewTokenResponse}
    )
    def post(self, request: Request) -> Response:
        """The answer is the only place where the token is ever shown."""
        by, asked = read_change(request, TokenRequest)
        text = perform(by, _change(principal(request), asked))
        token = AccessToken.objects.get(selector=(keys.parse(text) or ("", ""))[0])
        token.token = text  # type: ignore[attr-defined]  # for the answer alone
        answer = Response(NewTokenResponse(token).data, status=201)
        answer["Cache-Control"] = "no-store"
        return answer


class OneToken(APIView):
    @extend_schema(operation_id="get_token", responses=TokenResponse)
    def get(self, request: Request, selector: str) -> Response:
        found = _visible(request).filter(selector=selector).first()
        if found is None:
            raise NotFound(selector=f"There is no token with the selector {selector!r}.")
        return Response(TokenResponse(found).data)


class TokenRevocation(APIView):
    @extend_schema(
        operation_id="revoke_token", request=ChangeRequest, responses={200: TokenResponse}
    )
    def post(self, request: Request, selector: str) -> Response:
        """For good; a revoked token stays revoked."""
        by, _ = read_change(request, ChangeRequest)
        return Response(TokenResponse(perform(by, changes.RevokeToken(selector))).data)


class Me(APIView):
    permission_classes = [SignedIn]

    @extend_schema(operation_id="who_am_i", responses=MeResponse)
    def get(self, request: Request) -> Response:
        """Who you are here, and what you may: also for people of no team."""
        return Response(MeResponse(_told(principal(request))).data)


def _change(who: Principal, asked: dict[str, Any]) -> Change[str]:
    kind = _one_of("kind", asked.pop("kind"), TokenKind.values)
    asked["read_only"] = _one_of("access", asked.pop("access", CHANGE), ACCESS) == READ
    if kind == TokenKind.SERVICE:
        return changes.CreateServiceToken(roles=asked.pop("roles", {}), **asked)
    if "roles" in asked:
        raise Invalid(roles="A personal token has its person's roles; leave them out.")
    return changes.CreatePersonalToken(user=who.name, **asked)


def _one_of(field: str, word: str, known: list[str]) -> str:
    if word not in known:
        raise Invalid(**{field: f"{word!r} is none of {', '.join(known)}."})
    return word


def _visible(request: Request) -> QuerySet[AccessToken]:
    found = AccessToken.objects.select_related("user")
    if may(request, OfInstallation(Right.PEOPLE)):
        return found
    own = Q(user__username=principal(request).name)
    return found.filter(own | Q(kind=TokenKind.SERVICE))


def _told(who: Principal) -> dict[str, Any]:
    narrowed = [
        {"team": team, "environment": place, "role": role}
        for (team, place), role in sorted(who.narrowed.items())
    ]
    scope = who.scope and {
        "teams": None if who.scope.teams is None else sorted(who.scope.teams),
        "environments": None if who.scope.environments is None else sorted(who.scope.environments),
        "read_only": who.scope.read_only,
    }
    return {
        "name": who.name,
        "kind": who.kind,
        "administrator": who.administrator,
        "rights": sorted(who.rights),
        "roles": dict(who.roles),
        "narrowed": narrowed,
        "scope": scope,
        "until": who.until,
    }
