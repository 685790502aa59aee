"""All addresses of the web process."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from controlplane.health import alive, ready

MANAGEMENT_API: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("governance.api.urls")),
    path("", include("toggles.api.urls")),
    path("", include("routing.api.urls")),
    path("", include("rollouts.api.urls")),
    path("openapi.yaml", SpectacularAPIView.as_view(), name="api-openapi"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.pages.urls")),
    path("", include("controlplane.pages.urls")),
    path("", include("toggles.pages.urls")),
    path("", include("routing.pages.urls")),
    path("", include("rollouts.pages.urls")),
    path("api/v1/", include(MANAGEMENT_API)),
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
]
if settings.DEMO:
    urlpatterns.append(path("", include("demo.urls")))
