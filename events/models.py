"""The outbox: events written in the transaction of the change that they tell of."""

import uuid

from django.db import models


class OutboxEvent(models.Model):
    """One event. `key` is what order is kept for (a feature's key); ids follow commit order."""

    event_id = models.UUIDField(unique=True, default=uuid.uuid4)
    topic = models.CharField(max_length=50)
    key = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["topic", "id"], name="outbox_topic"),
            models.Index(
                fields=["id"],
                name="outbox_unpublished",
                condition=models.Q(published_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.type} {self.key}"
