"""A real relay that kills itself at its nth checkpoint: `python -m tests.events.dying_relay N`."""

import os
import signal
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from events.relay.loop import Relay  # noqa: E402
from events.relay.sources import registered  # noqa: E402

places: list[str] = []


def checkpoint(place: str) -> None:
    places.append(place)
    if len(places) == int(sys.argv[1]):
        print(f"dies {place}", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


Relay(registered(), settings.REDIS_URL, checkpoint=checkpoint).run()
