"""Address of bulk changes."""

from django.urls import path

from controlplane.api.views import BulkChanges

urlpatterns = [path("changes", BulkChanges.as_view(), name="api-changes")]
