"""The Django project. Importing it makes the Celery application known to `shared_task`."""

from controlplane.celery import app as celery_app

__all__ = ["celery_app"]
