"""The forms that change a toggle. Whether an exposure makes sense is for the actions to say."""

from __future__ import annotations

from typing import Any

from django import forms

from governance.refusals import Refusal
from toggles.models import Segment, Toggle
from toggles.pages.plain import PlainExposure, plain_of, rules_of

REASON_HINT = "Kept in the audit log, for the next person who asks."


class ReasonForm(forms.Form):
    """Asks for a reason; the base of every form that changes something."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        help_text=REASON_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why, in a few words; it is kept in the audit log."},
    )

    def refuse(self, refusal: Refusal) -> None:
        """Put a refused action's sentences beside the fields that they name."""
        for field, sentence in refusal.errors.items():
            self.add_error(field if field in self.fields else None, sentence)


class ExposureForm(ReasonForm):
    """On or off, and to whom."""

    enabled = forms.TypedChoiceField(
        label="Toggle",
        choices=[("on", "On"), ("off", "Off: nobody has it")],
        coerce=lambda text: text == "on",
        widget=forms.RadioSelect,
    )
    variant = forms.ChoiceField(label="Variant")
    segments = forms.MultipleChoiceField(
        label="Always for", required=False, widget=forms.CheckboxSelectMultiple
    )
    percentage = forms.IntegerField(
        label="Share of everyone else",
        min_value=0,
        max_value=100,
        help_text="Raising it never takes the feature from anyone who has it.",
        error_messages={
            "min_value": "A percentage is a whole number from 0 to 100.",
            "max_value": "A percentage is a whole number from 0 to 100.",
            "invalid": "A percentage is a whole number from 0 to 100.",
        },
    )
    field_order = ["enabled", "segments", "percentage", "variant", "reason"]

    def __init__(self, toggle: Toggle, data: Any = None) -> None:
        self.toggle = toggle
        feature = toggle.feature
        self.variants = [name for name in feature.variants if name != feature.off_variant]
        revision = toggle.current
        self.plain = plain_of(revision.rules if revision else [], _usual(self.variants))
        super().__init__(data, initial=self._now())
        self._choices()

    def rules(self) -> list[dict[str, Any]]:
        """The asked exposure as rules."""
        asked = self.cleaned_data
        return rules_of(
            PlainExposure(tuple(asked["segments"]), asked["percentage"], asked["variant"])
        )

    def _now(self) -> dict[str, Any]:
        plain = self.plain or PlainExposure((), 0, _usual(self.variants))
        on = bool(self.toggle.current and self.toggle.current.enabled)
        return {
            "enabled": "on" if on else "off",
            "segments": list(plain.segments),
            "percentage": plain.percentage,
            "variant": plain.variant,
        }

    def _choices(self) -> None:
        segments, variant = self.fields["segments"], self.fields["variant"]
        assert isinstance(segments, forms.MultipleChoiceField)  # noqa: S101 - tells the type
        assert isinstance(variant, forms.ChoiceField)  # noqa: S101 - tells the type
        segments.choices = list(Segment.objects.values_list("key", "name"))
        variant.choices = [(name, name) for name in self.variants]
        if len(self.variants) == 1:
            variant.widget = forms.HiddenInput()


def _usual(variants: list[str]) -> str:
    return "on" if "on" in variants or not variants else variants[0]
