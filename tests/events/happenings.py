"""Something to publish, and what has arrived in Valkey."""

import msgspec
import redis
from django.db import transaction

from accounts.models import Environment
from events.actions import emit
from events.relay.publish import Checkpoint, publish, unwatched
from events.relay.sources import registered
from events.relay.streams import Streams
from toggles import change_log

CHANGES = "tm:changes:production"
TOPIC = "tm:topic:shop"


def change(environment: Environment, key: str) -> None:
    with transaction.atomic():
        change_log.append(environment, "segment-removed", key, None)


def tell(key: str, topic: str = "shop") -> None:
    with transaction.atomic():
        emit(topic, "cart.sold", key, {"amount": 1})


def publish_all(valkey: redis.Redis, checkpoint: Checkpoint = unwatched) -> None:
    """What a relay does when it wakes, here and now."""
    streams = Streams(valkey)
    for source in registered():
        while publish(source, streams, checkpoint):
            pass


def arrived(valkey: redis.Redis, stream: str) -> list[tuple[int, str]]:
    """Number and key of each entry, in the stream's order."""
    field = b"change" if stream == CHANGES else b"event"
    return [
        (int(identity.split(b"-")[0]), msgspec.json.decode(fields[field])["key"])
        for identity, fields in valkey.xrange(stream)
    ]


def keys(valkey: redis.Redis, stream: str) -> list[str]:
    """The keys alone."""
    return [key for _, key in arrived(valkey, stream)]
