"""What every request that changes something has in common: a reason, and no unknown fields."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from accounts.requests import authorship
from governance.authorship import Authorship


class ChangeRequest(serializers.Serializer[Any]):
    """The base of request bodies."""

    reason = serializers.CharField(
        max_length=500, help_text="Why; it is kept in the audit log together with your name."
    )

    def to_internal_value(self, data: Any) -> Any:
        """Refuse a field that does not exist: a slip of the pen must not pass for a default."""
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            known = ", ".join(self.fields)
            text = f"There is no such field; there are: {known}."
            raise serializers.ValidationError({name: [text] for name in sorted(unknown)})
        return super().to_internal_value(data)


def read_change(request: Request, shape: type[ChangeRequest]) -> tuple[Authorship, dict[str, Any]]:
    """Who asks and why, and the rest of the checked body."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    asked = dict(body.validated_data)
    return authorship(request, asked.pop("reason")), asked
