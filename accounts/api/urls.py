"""Addresses of environments, teams and API keys."""

from django.urls import path

from accounts.api.views import ApiKeyRevocation, ApiKeyRotation, ApiKeys, Environments, Teams

urlpatterns = [
    path("environments", Environments.as_view(), name="api-environments"),
    path("teams", Teams.as_view(), name="api-teams"),
    path("api-keys", ApiKeys.as_view(), name="api-api-keys"),
    path("api-keys/<str:selector>/rotate", ApiKeyRotation.as_view(), name="api-rotate"),
    path("api-keys/<str:selector>/revoke", ApiKeyRevocation.as_view(), name="api-revoke"),
]
