"""The audit log, newest first."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.models import AuditCheck, AuditEntry
from governance.reads import last_check
from governance.refusals import Invalid

AT_ONCE = 100


class AuditEntryResponse(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    author = serializers.CharField()
    reason = serializers.CharField()
    action = serializers.CharField()
    subject = serializers.CharField()
    detail = serializers.DictField()
    digest = serializers.CharField(help_text="SHA-256 over this entry and the digest before it.")


class AuditCheckResponse(serializers.Serializer[Any]):
    checked_at = serializers.DateTimeField(
        allow_null=True, help_text="When the chain was verified last; null before the first time."
    )
    verified_to = serializers.IntegerField(source="number", help_text="The last entry that holds.")
    whole_at = serializers.DateTimeField(
        allow_null=True, help_text="When all entries were last verified from the first one on."
    )
    broken_at = serializers.IntegerField(
        allow_null=True, help_text="The first entry that does not hold; null when all do."
    )
    problem = serializers.CharField(allow_blank=True)
    unreachable = serializers.ListField(
        child=serializers.CharField(),
        help_text="Anchors of the head that could not be compared, or hold nothing.",
    )


class Check(APIView):
    @extend_schema(operation_id="read_audit_check", responses=AuditCheckResponse)
    def get(self, request: Request) -> Response:
        """When, and how far, the chain was verified in the background."""
        return Response(AuditCheckResponse(last_check() or AuditCheck()).data)


class Audit(APIView):
    @extend_schema(
        operation_id="list_audit_entries",
        parameters=[
            OpenApiParameter("subject", description="E.g. `toggle:production/new-checkout`."),
            OpenApiParameter("before", int, description="Only entries with a lower number."),
        ],
        responses=AuditEntryResponse(many=True),
    )
    def get(self, request: Request) -> Response:
        """A hundred at once; `before` the last one's number gives the next hundred."""
        found = AuditEntry.objects.order_by("-number")
        if subject := request.query_params.get("subject"):
            found = found.filter(subject=subject)
        if before := request.query_params.get("before"):
            found = found.filter(number__lt=_number(before))
        return Response(AuditEntryResponse(found[:AT_ONCE], many=True).data)


def _number(text: str) -> int:
    if text.isdecimal() and len(text) < 19:
        return int(text)
    raise Invalid(before=f"{text!r} is no number of an entry.")
