"""Address of declarations."""

from django.urls import path

from controlplane.declarations.api.views import Declarations

urlpatterns = [path("declarations", Declarations.as_view(), name="api-declarations")]
