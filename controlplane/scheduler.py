"""Celery's beat, but it sends nothing while its queue is long: no worker takes anything then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar

import redis
from celery.beat import Scheduler
from django.conf import settings

log = logging.getLogger("beat")

LONGEST = 100  # messages that wait; most of them have expired before so many have gathered


class BoundedScheduler(Scheduler):
    """Looks at the queue before each message. What is left out comes again a period later.

    `alive` are called when a message is held back: beat itself is well then.
    """

    alive: ClassVar[list[Callable[[], None]]] = []

    def __init__(self, *args: Any, **more: Any) -> None:
        self.held_back = False
        self.valkey = redis.Redis.from_url(
            settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2
        )
        super().__init__(*args, **more)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        waiting = self._waiting()
        if waiting < LONGEST:
            self.held_back = False
            super().apply_entry(entry, producer)
            return
        if not self.held_back:
            log.error("beat.held_back waiting=%s: no worker takes messages off the queue", waiting)
        self.held_back = True
        for tell in self.alive:
            tell()

    def _waiting(self) -> int:
        """Messages in the queue; 0 when it cannot be asked: sending will say so."""
        try:
            return int(self.valkey.llen(self.app.conf.task_default_queue))
        except (redis.RedisError, OSError):
            return 0
