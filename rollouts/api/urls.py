"""Addresses of rollouts."""

from django.urls import path

from rollouts.api.templates import OneRolloutTemplate, RolloutTemplates
from rollouts.api.views import Abort, OneRollout, Pause, Promote, Resume, Rollouts

urlpatterns = [
    path("rollouts", Rollouts.as_view(), name="api-rollouts"),
    path("rollouts/<str:rollout>", OneRollout.as_view(), name="api-rollout"),
    path("rollouts/<str:rollout>/pause", Pause.as_view(), name="api-pause"),
    path("rollouts/<str:rollout>/resume", Resume.as_view(), name="api-resume"),
    path("rollouts/<str:rollout>/promote", Promote.as_view(), name="api-promote"),
    path("rollouts/<str:rollout>/abort", Abort.as_view(), name="api-abort"),
    path("rollout-templates", RolloutTemplates.as_view(), name="api-rollout-templates"),
    path(
        "rollout-templates/<str:template>",
        OneRolloutTemplate.as_view(),
        name="api-rollout-template",
    ),
]
