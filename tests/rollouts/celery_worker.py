"""`python -m tests.rollouts.celery_worker MESH_FILE`: the real worker, with the fake mesh."""

from __future__ import annotations

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the settings

from routing.reads import inject_router  # noqa: E402
from tests.routing.fake_router import FakeRouter  # noqa: E402
from tests.routing.shop import PRODUCTION  # noqa: E402

if __name__ == "__main__":
    inject_router(PRODUCTION, FakeRouter({"file": sys.argv[1]}))
    call_command("worker", "--concurrency", "2")
