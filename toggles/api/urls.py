"""Addresses of features, toggles and segments."""

from django.urls import path

from toggles.api.explain import Explain
from toggles.api.features import Archive, ClientSide, Features, OneFeature, Restore, Variants
from toggles.api.segments import OneSegment, Segments
from toggles.api.toggles import GoBack, OneToggle, Revisions, Switch

TOGGLE = "features/<str:feature>/toggles/<str:environment>"

urlpatterns = [
    path("features", Features.as_view(), name="api-features"),
    path("features/<str:feature>", OneFeature.as_view(), name="api-feature"),
    path("features/<str:feature>/client-side", ClientSide.as_view(), name="api-client-side"),
    path("features/<str:feature>/archive", Archive.as_view(), name="api-archive"),
    path("features/<str:feature>/restore", Restore.as_view(), name="api-restore"),
    path("features/<str:feature>/variants", Variants.as_view(), name="api-variants"),
    path("features/<str:feature>/explain", Explain.as_view(), name="api-explain"),
    path(TOGGLE, OneToggle.as_view(), name="api-toggle"),
    path(f"{TOGGLE}/switch", Switch.as_view(), name="api-switch"),
    path(f"{TOGGLE}/revisions", Revisions.as_view(), name="api-revisions"),
    path(f"{TOGGLE}/go-back", GoBack.as_view(), name="api-go-back"),
    path("segments", Segments.as_view(), name="api-segments"),
    path("segments/<str:segment>", OneSegment.as_view(), name="api-segment"),
]
