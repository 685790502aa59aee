"""The audit chain: append-only, each entry hashed together with the one before it."""

from django.db import models


class AuditEntry(models.Model):
    """One change. `number` has no gaps; `digest` covers this entry and `previous_digest`."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    author = models.CharField(max_length=200)
    reason = models.TextField()
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject", "number"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject}"
