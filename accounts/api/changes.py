"""What every request that changes something has in common: a reason, and no unknown fields."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.conditional import FIELD, guard
from accounts.api.idempotency import claim
from accounts.api.lists import View
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


class GuardedRequest(ChangeRequest):
    """Of what has revisions: the change is refused when there is a newer one."""

    expected_revision = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="The revision that you looked at; 409 when there is a newer one. The header "
        "`If-Match` says the same.",
    )


def read_change(request: Request, shape: type[ChangeRequest]) -> tuple[Authorship, dict[str, Any]]:
    """Who asks and why, and the rest of the checked body.

    Of DELETE, whose body proxies may drop, the query stands in for one.
    """
    claim(request)
    given = request.data
    if request.method == "DELETE" and not given:
        given = request.query_params.dict()
    body = shape(data=given)
    body.is_valid(raise_exception=True)
    asked = dict(body.validated_data)
    guard(request, asked, guarded=FIELD in body.fields)
    return authorship(request, asked.pop("reason")), asked


def describe_deletion(operation_id: str, shape: type[ChangeRequest]) -> Callable[[View], View]:
    """A decorator of a view's `delete`: its fields are parameters of the query."""
    decorate: Callable[[View], View] = extend_schema(
        operation_id=operation_id, parameters=[shape], responses={204: None}
    )
    return decorate
