"""All addresses of the web process."""

from django.conf import settings
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

MANAGEMENT_API = [
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
]
if settings.DEMO:
    urlpatterns.append(path("", include("demo.urls")))

if settings.DEMO:
    urlpatterns.append(path("", include("demo.urls")))
