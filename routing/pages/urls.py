"""Addresses of fragments about services, and of pages about their parts in features."""

from django.urls import path

from routing.pages.agreement import agreement
from routing.pages.endpoints import endpoints

PART = "features/<str:feature>/participants/<slug:service>"

urlpatterns = [
    path("services/<slug:service>/<slug:environment>/endpoints", endpoints, name="endpoints"),
    path(f"{PART}/agree", agreement, {"agreed": True}, name="agree"),
    path(f"{PART}/take-back", agreement, {"agreed": False}, name="take-agreement-back"),
]
