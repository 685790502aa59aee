"""Request and response shapes of declarations."""

from typing import Any

from rest_framework import serializers

from accounts.api.changes import ChangeRequest
from accounts.api.differences import DifferenceResponse, shown_differences
from controlplane.declarations.outcomes import Outcome

MOST_DOCUMENTS = 1000


class DeclarationRequest(serializers.Serializer[Any]):
    content = serializers.DictField(
        help_text="What is declared. One of `feature`, `segment`, `service` and `rollout_template` "
        "holds its key; sdk/README.md tells the other fields."
    )
    file = serializers.CharField(default="", allow_blank=True, max_length=500)
    line = serializers.IntegerField(default=0, min_value=0)


class DeclarationsRequest(ChangeRequest):
    source = serializers.CharField(  # type: ignore[assignment]  # declared fields leave the class
        help_text="Names the folder, which owns what it declares: lower-case letters, digits, "
        "hyphens."
    )
    documents = serializers.ListField(
        child=DeclarationRequest(), max_length=MOST_DOCUMENTS, allow_empty=True
    )
    environments = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Only these environments, and what they have in common.",
    )
    dry_run = serializers.BooleanField(help_text="True: only say what would change.")


class DeclaredOutcomeResponse(serializers.Serializer[Any]):
    action = serializers.CharField(
        help_text="create, change, delete, archive, adopt (the source owns it from now on), same, "
        "kept (not declared any more, and `sentence` says why it stays)."
    )
    subject = serializers.CharField(help_text="As in the audit log: `feature:new-checkout`.")
    sentence = serializers.CharField()
    environment = serializers.CharField(allow_null=True)
    file = serializers.CharField()
    line = serializers.IntegerField()
    differences = serializers.SerializerMethodField()

    def get_differences(self, outcome: Outcome) -> list[DifferenceResponse]:
        return shown_differences(outcome.differences)


class DeclarationsResponse(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # as above
    dry_run = serializers.BooleanField()
    differs = serializers.BooleanField(help_text="Whether anything was, or would be, written.")
    outcomes = DeclaredOutcomeResponse(many=True)
