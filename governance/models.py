"""The audit chain, each entry hashed together with the one before it; revisions of subjects."""

from django.db import models


class AuditEntry(models.Model):
    """One change. `number` has no gaps; `digest` covers this entry and `previous_digest`."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    author = models.CharField(max_length=200)
    reason = models.TextField()
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject", "number"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject}"


class SubjectRevision(models.Model):
    """One numbered change of a subject that has no revisions of its own (governance.history).

    `before` and `after` are its states; null where it was, or is, not there.
    """

    subject = models.CharField(max_length=300)
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=100)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    author = models.CharField(max_length=200)
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["subject", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="subject_revision_number")
        ]

    def __str__(self) -> str:
        return f"{self.subject} r{self.number}"
