"""Addresses of people, teams, environments, tokens, API keys, the audit log and revisions."""

from django.urls import path

from accounts.api.api_keys import ApiKeyRevocation, ApiKeyRotation, ApiKeys, OneApiKey
from accounts.api.audit import Audit, Check
from accounts.api.environments import Environments, OneEnvironment
from accounts.api.revisions import Reverting, SubjectRevisions
from accounts.api.teams import Members, OneMember, OneTeam, Teams
from accounts.api.tokens import Me, OneToken, TokenRevocation, Tokens
from accounts.api.users import OneUser, Users

urlpatterns = [
    path("me", Me.as_view(), name="api-me"),
    path("audit", Audit.as_view(), name="api-audit"),
    path("audit/check", Check.as_view(), name="api-audit-check"),
    path("revisions", SubjectRevisions.as_view(), name="api-subject-revisions"),
    path("revisions/revert", Reverting.as_view(), name="api-revert"),
    path("users", Users.as_view(), name="api-users"),
    path("users/<str:user>", OneUser.as_view(), name="api-user"),
    path("teams", Teams.as_view(), name="api-teams"),
    path("teams/<str:team>", OneTeam.as_view(), name="api-team"),
    path("teams/<str:team>/members", Members.as_view(), name="api-members"),
    path("teams/<str:team>/members/<str:user>", OneMember.as_view(), name="api-member"),
    path("environments", Environments.as_view(), name="api-environments"),
    path("environments/<str:environment>", OneEnvironment.as_view(), name="api-environment"),
    path("tokens", Tokens.as_view(), name="api-tokens"),
    path("tokens/<str:selector>", OneToken.as_view(), name="api-token"),
    path("tokens/<str:selector>/revoke", TokenRevocation.as_view(), name="api-revoke-token"),
    path("api-keys", ApiKeys.as_view(), name="api-api-keys"),
    path("api-keys/<str:selector>", OneApiKey.as_view(), name="api-api-key"),
    path("api-keys/<str:selector>/rotate", ApiKeyRotation.as_view(), name="api-rotate"),
    path("api-keys/<str:selector>/revoke", ApiKeyRevocation.as_view(), name="api-revoke"),
]
