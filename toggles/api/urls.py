"""Addresses of features, toggles and segments."""

from django.urls import path

from toggles.api.features import ClientSide, Features, OneFeature
from toggles.api.segments import OneSegment, Segments
from toggles.api.toggles import GoBack, OneToggle, Revisions

TOGGLE = "features/<str:feature>/toggles/<str:environment>"

urlpatterns = [
    path("features", Features.as_view(), name="api-features"),
    path("features/<str:feature>", OneFeature.as_view(), name="api-feature"),
    path("features/<str:feature>/client-side", ClientSide.as_view(), name="api-client-side"),
    path(TOGGLE, OneToggle.as_view(), name="api-toggle"),
    path(f"{TOGGLE}/revisions", Revisions.as_view(), name="api-revisions"),
    path(f"{TOGGLE}/go-back", GoBack.as_view(), name="api-go-back"),
    path("segments", Segments.as_view(), name="api-segments"),
    path("segments/<str:segment>", OneSegment.as_view(), name="api-segment"),
]
