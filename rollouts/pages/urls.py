"""Addresses of the rollout pages."""

from django.urls import path

from rollouts.pages.rollout import confirm, live, rollout, steer
from rollouts.pages.start import start

urlpatterns = [
    path("features/<str:feature>/<slug:environment>/rollout", start, name="start-rollout"),
    path("rollouts/<uuid:number>/", rollout, name="rollout"),
    path("rollouts/<uuid:number>/live", live, name="rollout-live"),
    path("rollouts/<uuid:number>/pause", steer, {"deed": "pause"}, name="rollout-pause"),
    path("rollouts/<uuid:number>/resume", steer, {"deed": "resume"}, name="rollout-resume"),
    path("rollouts/<uuid:number>/promote", confirm, {"deed": "promote"}, name="rollout-promote"),
    path("rollouts/<uuid:number>/abort", confirm, {"deed": "abort"}, name="rollout-abort"),
]
