"""Celery tasks of the audit log. Safe to repeat, and two at once do no harm."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction

from governance import verification
from governance.locks import CHECKING, try_lock


@shared_task(name="audit.verify")
def verify() -> None:
    """Verify what is new, everything once a day, and anchor the head."""
    with transaction.atomic():
        if try_lock(CHECKING):
            verification.check()
