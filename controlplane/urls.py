"""All addresses of the web process."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from controlplane.failures import no_such_address
from controlplane.health import alive, ready

MANAGEMENT_API: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("toggles.api.urls")),
    path("", include("routing.api.urls")),
    path("", include("rollouts.api.urls")),
    path("", include("controlplane.api.urls")),
    path("", include("controlplane.declarations.api.urls")),
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
# Last, so that it takes what nothing else has taken.
urlpatterns.append(re_path(r"^api/", no_such_address, name="api-unknown"))

handler400 = "controlplane.failures.bad_request"
handler500 = "controlplane.failures.server_error"
