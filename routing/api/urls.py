"""Addresses of services, placements, meshes, participants and routes."""

from django.urls import path

from routing.api.features import Participants, Routes
from routing.api.meshes import OneMesh
from routing.api.services import OnePlacement, OneService, OneVersion, Services

PLACE = "services/<str:service>/environments/<str:environment>"

urlpatterns = [
    path("services", Services.as_view(), name="api-services"),
    path("services/<str:service>", OneService.as_view(), name="api-service"),
    path(f"{PLACE}/placement", OnePlacement.as_view(), name="api-placement"),
    path(f"{PLACE}/versions/<str:version>", OneVersion.as_view(), name="api-version"),
    path("environments/<str:environment>/mesh", OneMesh.as_view(), name="api-mesh"),
    path("features/<str:feature>/participants", Participants.as_view(), name="api-participants"),
    path("features/<str:feature>/routes", Routes.as_view(), name="api-routes"),
]
