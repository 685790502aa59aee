"""All addresses of the web process."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.pages.urls")),
    path("", include("controlplane.pages.urls")),
    path("", include("toggles.pages.urls")),
    path("", include("routing.pages.urls")),
    path("", include("rollouts.pages.urls")),
]
