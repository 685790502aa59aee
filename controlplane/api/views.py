"""Several changes at once."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.changes import ChangeRequest, read_change
from accounts.api.differences import DifferenceResponse, shown_differences
from controlplane.api.bulk import perform_in_order, read_changes
from controlplane.api.shapes import SHAPES
from governance.changes import Description

MOST = 100  # all of them hold the one lock of writers


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="OneChangeRequest",
        serializers={name: shape.fields for name, shape in SHAPES.items()},
        resource_type_field_name="change",
    )
)
class OneChange(serializers.DictField):
    """One of `SHAPES`."""


class ChangesRequest(ChangeRequest):
    dry_run = serializers.BooleanField(
        default=False, help_text="Only tell what would be done; nothing is kept."
    )
    changes = serializers.ListField(
        child=OneChange(),
        allow_empty=False,
        max_length=MOST,
        help_text="Done in this order; each sees what those before it did.",
    )


class OneChangeResponse(serializers.Serializer[Any]):
    sentence = serializers.CharField(help_text="What it does, in words.")
    differences = serializers.SerializerMethodField()

    def get_differences(self, told: Description) -> list[DifferenceResponse]:
        return shown_differences(told.differences)


class ChangesResponse(serializers.Serializer[Any]):
    applied = serializers.BooleanField(help_text="False after a dry run.")
    changes = OneChangeResponse(many=True)


class BulkChanges(APIView):
    @extend_schema(
        operation_id="change_many", request=ChangesRequest, responses={200: ChangesResponse}
    )
    def post(self, request: Request) -> Response:
        """All of them in one transaction, or none. Errors name `changes.<place>.<field>`."""
        by, asked = read_change(request, ChangesRequest)
        changes = read_changes(asked["changes"])
        told = perform_in_order(by, changes, dry_run=asked["dry_run"])
        return Response(ChangesResponse({"applied": not asked["dry_run"], "changes": told}).data)
