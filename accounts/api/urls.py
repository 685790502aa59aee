"""Addresses of environments, teams, API keys, the audit log and revisions."""

from django.urls import path

from accounts.api.audit import Audit, Check
from accounts.api.revisions import Reverting, SubjectRevisions
from accounts.api.views import ApiKeyRevocation, ApiKeyRotation, ApiKeys, Environments, Teams

urlpatterns = [
    path("audit", Audit.as_view(), name="api-audit"),
    path("audit/check", Check.as_view(), name="api-audit-check"),
    path("revisions", SubjectRevisions.as_view(), name="api-subject-revisions"),
    path("revisions/revert", Reverting.as_view(), name="api-revert"),
    path("environments", Environments.as_view(), name="api-environments"),
    path("teams", Teams.as_view(), name="api-teams"),
    path("api-keys", ApiKeys.as_view(), name="api-api-keys"),
    path("api-keys/<str:selector>/rotate", ApiKeyRotation.as_view(), name="api-rotate"),
    path("api-keys/<str:selector>/revoke", ApiKeyRevocation.as_view(), name="api-revoke"),
]
