"""Address of the audit log."""

from django.urls import path

from governance.api.views import Audit

urlpatterns = [path("audit", Audit.as_view(), name="api-audit")]
