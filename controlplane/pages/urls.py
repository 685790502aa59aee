"""Addresses of the pages that show all of a feature, and of the audit log."""

from django.urls import path

from controlplane.pages.audit import audit
from controlplane.pages.feature import feature
from controlplane.pages.features import features

urlpatterns = [
    path("", features, name="features"),
    path("features/<str:key>/", feature, name="feature"),
    path("audit/", audit, name="audit"),
]
