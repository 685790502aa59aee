"""The Celery application. Tasks only nudge; all state is in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlplane.settings")

app = Celery("togglemesh")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
