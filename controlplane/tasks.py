"""Celery tasks of the whole."""

from celery import shared_task
from django.utils import timezone

from controlplane.retention import sweep


@shared_task(name="retention.sweep")
def sweep_retention() -> None:
    """Remove what is older than it has to be. Safe to repeat, and to kill anywhere."""
    sweep(timezone.now())
