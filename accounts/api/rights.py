"""Looking is for members of any team; every change asks the policy by itself."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.requests import may, principal
from governance.policy import Looking, in_words


class MembersOnly(BasePermission):
    """The default of every view: signed in, and a member of some team."""

    message = in_words(Looking())

    def has_permission(self, request: Request, view: Any) -> bool:
        return may(request, Looking())


class SignedIn(BasePermission):
    """For what concerns oneself: people of no team, too, but nobody without an account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(principal(request).name)
