"""Addresses of the pages that change a toggle."""

from django.urls import path

from toggles.pages.exposure import exposure, go_back

PLACE = "features/<str:feature>/<slug:environment>"

urlpatterns = [
    path(f"{PLACE}/exposure", exposure, name="exposure"),
    path(f"{PLACE}/go-back/<int:number>", go_back, name="go-back"),
]
