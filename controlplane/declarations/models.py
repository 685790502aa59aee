"""Which source declared what."""

from django.db import models


class Declared(models.Model):
    """`subject` is named as in the audit log, `feature:new-checkout`; one source owns it."""

    source = models.CharField(max_length=50)
    subject = models.CharField(max_length=300, unique=True)

    class Meta:
        ordering = ["subject"]
        indexes = [models.Index(fields=["source"], name="declared_source")]

    def __str__(self) -> str:
        return f"{self.subject} of {self.source}"
