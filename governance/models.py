"""The audit chain, each entry hashed together with the one before it; revisions of subjects."""

from django.db import models

from governance.rules import FIRST, PYTHON


class AuditEntry(models.Model):
    """One change. `number` has no gaps; `digest` covers this entry and `previous_digest`.

    `form` says how the entry was put into bytes for its digest (governance.rules).
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    author = models.CharField(max_length=200)
    reason = models.TextField()
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    form = models.PositiveSmallIntegerField(default=PYTHON, db_default=PYTHON)

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


class AuditArchive(models.Model):
    """One file with the entries `first` to `last`, which have left the table.

    The next entry is sealed upon `digest`, the last one's.
    """

    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["first"]

    def __str__(self) -> str:
        return self.file


class AuditCheck(models.Model):
    """How far the chain was found whole, and when; a single row, kept by governance.verification.

    `number` and `digest`: up to here, from one check to the next. `whole_number` and
    `whole_digest`: where the daily walk over all entries stands, begun at `whole_began_at`;
    `whole_at` is when the last one came to its end. `broken_at` is the first entry that did not
    hold in the last check. `unreachable` names the anchors that could not be compared.
    """

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=FIRST)
    checked_at = models.DateTimeField(null=True)
    whole_number = models.BigIntegerField(default=0)
    whole_digest = models.CharField(max_length=64, default=FIRST)
    whole_began_at = models.DateTimeField(null=True)
    whole_at = models.DateTimeField(null=True)
    broken_at = models.BigIntegerField(null=True)
    problem = models.TextField(blank=True)
    unreachable = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"whole up to {self.number}" if self.broken_at is None else self.problem
