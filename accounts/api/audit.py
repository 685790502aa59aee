"""The audit log, newest first."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.lists import Filter, Listing, equals
from governance.models import AuditCheck, AuditEntry
from governance.reads import last_check


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


ENTRIES = Listing(
    "list_audit_entries",
    AuditEntryResponse,
    order=("-number",),
    filters=(
        Filter("subject", equals("subject"), "E.g. `toggle:production/new-checkout`."),
        Filter("author", equals("author"), "Who changed something."),
        Filter("action", equals("action"), "E.g. `toggle.exposed`."),
    ),
    search=("reason", "subject", "author"),
)


class Audit(APIView):
    @ENTRIES.describe()
    def get(self, request: Request) -> Response:
        """Newest first."""
        return ENTRIES.answer(request, AuditEntry.objects.all())
