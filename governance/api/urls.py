"""Addresses of the audit log."""

from django.urls import path

from governance.api.views import Audit, Check

urlpatterns = [
    path("audit", Audit.as_view(), name="api-audit"),
    path("audit/check", Check.as_view(), name="api-audit-check"),
]
