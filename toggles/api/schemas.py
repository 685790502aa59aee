"""Request and response shapes of features, toggles and segments (rules as in docs/wire.md)."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.changes import ChangeRequest, GuardedRequest
from accounts.api.numbered import SubjectRevisionField
from toggles.models import Revision
from toggles.words import safely_in_words


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {"value": {"description": "Any JSON."}},
            "required": ["value"],
        },
    }
)
class VariantsField(serializers.DictField):
    """By key, what each variant's value is."""

    child = serializers.DictField()

    def __init__(self, **options: Any) -> None:
        text = 'By key, e.g. `{"off": {"value": false}, "on": {"value": true}}`.'
        super().__init__(help_text=text, **options)


class FeatureRequest(ChangeRequest):
    key = serializers.CharField()
    name = serializers.CharField(max_length=200)
    owner = serializers.CharField(help_text="Key of the team that owns it.")
    kind = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    variants = VariantsField(required=False)
    off_variant = serializers.CharField(required=False)
    client_side = serializers.BooleanField(
        required=False, help_text="Whether client keys (browsers, phones) get its decisions."
    )
    tags = serializers.ListField(required=False, child=serializers.CharField())


class FeatureChangeRequest(GuardedRequest):
    """What is left out stays as it is."""

    name = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    kind = serializers.CharField(required=False)
    owner = serializers.CharField(
        required=False,
        help_text="Key of another team: takes an owner of the present one who may edit in both.",
    )
    tags = serializers.ListField(required=False, child=serializers.CharField())
    client_side = serializers.BooleanField(required=False)


class VariantsRequest(GuardedRequest):
    variants = VariantsField()
    off_variant = serializers.CharField(help_text="What everyone gets without the feature.")


class SwitchRequest(GuardedRequest):
    enabled = serializers.BooleanField()


class ClientSideRequest(GuardedRequest):
    client_side = serializers.BooleanField()


class RevisionResponse(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    enabled = serializers.BooleanField()
    rules = serializers.ListField(child=serializers.DictField())
    more = serializers.DictField(
        help_text="The rest of the exposure: prerequisites, lists, schedule, targeting and so on."
    )
    in_words = serializers.SerializerMethodField()
    author = serializers.CharField()
    reason = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField()

    def get_in_words(self, revision: Revision) -> str:
        return safely_in_words(revision.enabled, revision.rules, revision.more)


class ToggleResponse(serializers.Serializer[Any]):
    feature = serializers.CharField(source="feature.key")
    environment = serializers.CharField(source="environment.key")
    revision = serializers.IntegerField(
        source="current.number", help_text="The current revision's number."
    )
    current = RevisionResponse()


class FeatureResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.CharField()
    owner = serializers.CharField(source="owner.key")
    lifecycle = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    revision = SubjectRevisionField("feature")
    variants = VariantsField()
    off_variant = serializers.CharField()
    carried = serializers.BooleanField(help_text="It has routes: its decision travels in baggage.")
    client_side = serializers.BooleanField(
        help_text="Whether client keys (browsers, phones) get its decisions."
    )
    created_at = serializers.DateTimeField()
    toggles = ToggleResponse(many=True)


class ExposureRequest(GuardedRequest):
    enabled = serializers.BooleanField()
    rules = serializers.ListField(child=serializers.DictField(), allow_empty=True)
    more = serializers.DictField(
        required=False,
        help_text="The rest of the exposure, by the names of docs/wire.md: `type`, "
        "`default_variant`, `off_variant` (only null), `prerequisites`, `lists`, `schedule`, "
        "`targeting`, `fractional`, `metadata`. Left out, it stays as it is; `{}` takes it away.",
    )


class GoBackRequest(GuardedRequest):
    revision = serializers.IntegerField(min_value=1, help_text="The earlier revision.")


class SegmentRequest(GuardedRequest):
    name = serializers.CharField(max_length=200)
    constraints = serializers.ListField(child=serializers.DictField())
    when = serializers.DictField(
        required=False, allow_null=True, help_text="A nested condition that must hold too."
    )
    owner = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="Key of the team that may change it; null for one that belongs to everybody.",
    )


class NewSegmentRequest(SegmentRequest):
    key = serializers.CharField()


class SegmentResponse(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    revision = SubjectRevisionField("segment")
    owner = serializers.CharField(source="owner.key", default=None)
    constraints = serializers.ListField(child=serializers.DictField())
    when = serializers.DictField(allow_null=True)
