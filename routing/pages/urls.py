"""Addresses of fragments about services."""

from django.urls import path

from routing.pages.endpoints import endpoints

urlpatterns = [
    path("services/<slug:service>/<slug:environment>/endpoints", endpoints, name="endpoints"),
]
