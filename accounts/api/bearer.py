"""Programs call the management API with `Authorization: Bearer tm_…`; no cookie, so no CSRF."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.tokens import Refused, read_token
from governance.principals import Principal

SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """A request that brings a token is that token's alone: a session beside it does not count."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Principal] | None:
        scheme, _, text = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != SCHEME:
            return None
        found = read_token(text.strip(), timezone.now())
        if isinstance(found, Refused):
            raise AuthenticationFailed(found.sentence)
        # Nobody is signed in; accounts.requests reads the principal.
        return AnonymousUser(), found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """The same in the OpenAPI document."""

    target_class = "accounts.api.bearer.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": SCHEME,
            "description": "A personal or service token, as `manage.py create_token` prints it.",
        }
