"""Addresses of services, placements, meshes, participants and routes."""

from django.urls import path

from routing.api.consents import Consents, OneConsent
from routing.api.meshes import OneMesh
from routing.api.participants import Agreement, OneParticipant, Participants
from routing.api.places import OnePlacement, OneVersion
from routing.api.routes import OneRoute, Routes
from routing.api.services import OneService, Services

SERVICE = "services/<str:service>"
PLACE = f"{SERVICE}/environments/<str:environment>"
FEATURE = "features/<str:feature>"
PARTICIPANT = f"{FEATURE}/participants/<str:service>"
ROUTE = f"{FEATURE}/routes/<str:environment>/<str:service>/<str:variant>"

urlpatterns = [
    path("services", Services.as_view(), name="api-services"),
    path(SERVICE, OneService.as_view(), name="api-service"),
    path(f"{SERVICE}/consents", Consents.as_view(), name="api-consents"),
    path(f"{SERVICE}/consents/<str:team>", OneConsent.as_view(), name="api-consent"),
    path(f"{PLACE}/placement", OnePlacement.as_view(), name="api-placement"),
    path(f"{PLACE}/versions/<str:version>", OneVersion.as_view(), name="api-version"),
    path("environments/<str:environment>/mesh", OneMesh.as_view(), name="api-mesh"),
    path(f"{FEATURE}/participants", Participants.as_view(), name="api-participants"),
    path(PARTICIPANT, OneParticipant.as_view(), name="api-participant"),
    path(f"{PARTICIPANT}/agreement", Agreement.as_view(), name="api-agreement"),
    path(f"{FEATURE}/routes", Routes.as_view(), name="api-routes"),
    path(ROUTE, OneRoute.as_view(), name="api-route"),
]
