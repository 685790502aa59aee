"""The revision of what has numbered revisions, in answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from governance.history import current_revision


class SubjectRevisionField(serializers.IntegerField):
    """The number of the subject's latest revision, 0 before the first.

    Rows of a list shall come from `governance.history.with_revision`: one query for all of them.
    """

    def __init__(self, kind: str, key: str = "key") -> None:
        self.kind, self.key = kind, key
        text = "Its latest revision: `expected_revision`, or `If-Match`, of the next change."
        super().__init__(source="*", read_only=True, help_text=text)

    def to_representation(self, value: Any) -> int:
        read: int | None = getattr(value, "subject_revision", None)
        return current_revision(f"{self.kind}:{getattr(value, self.key)}") if read is None else read
