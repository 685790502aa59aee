"""The form that starts a rollout. Each step is a segment's key or a percentage, and a bake."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings

from rollouts.policy import GatePolicy
from toggles.models import Segment, Toggle
from toggles.pages.forms import ReasonForm

ROWS = 8
PERCENTAGE = re.compile(r"(\d+)\s*%?")


class RolloutForm(ReasonForm):
    """`who_0`, `bake_0` … are the rows; an empty row is no step."""

    variant = forms.ChoiceField(label="Variant")
    margin_points = forms.FloatField(
        label="The gate allows",
        min_value=0,
        max_value=100,
        initial=GatePolicy().margin_points,
        help_text="How many percentage points more errors than the present version the new one may "
        "make, in any service. Above it, everything is taken back at once.",
    )

    def __init__(self, toggle: Toggle, data: Any = None) -> None:
        self.toggle = toggle
        super().__init__(data)
        self._set_variants()
        usual = _usual_steps()
        for row in range(ROWS):
            who = usual[row] if row < len(usual) else ""
            self.fields[f"who_{row}"] = _who_field(row, who)
            self.fields[f"bake_{row}"] = _bake_field(row)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows for the template."""
        return [
            {"place": row + 1, "who": self[f"who_{row}"], "bake": self[f"bake_{row}"]}
            for row in range(ROWS)
        ]

    def steps(self) -> list[dict[str, Any]]:
        """The steps as the action takes them."""
        found = []
        for row in range(ROWS):
            who = self.cleaned_data[f"who_{row}"].strip()
            if who:
                found.append(_step(who, self.cleaned_data[f"bake_{row}"]))
        return found

    def _set_variants(self) -> None:
        feature = self.toggle.feature
        names = [name for name in feature.variants if name != feature.off_variant]
        variant = self.fields["variant"]
        assert isinstance(variant, forms.ChoiceField)  # noqa: S101 - tells the type
        variant.choices = [(name, name) for name in names]
        variant.initial = names[0] if names else ""
        if len(names) == 1:
            variant.widget = forms.HiddenInput()


def _step(who: str, bake: int) -> dict[str, Any]:
    number = PERCENTAGE.fullmatch(who)
    if number:
        return {"percentage": int(number.group(1)), "bake_seconds": bake}
    return {"segment": who, "bake_seconds": bake}


def _usual_steps() -> list[str]:
    """Those who volunteered first, then more and more of everyone."""
    testers = list(Segment.objects.filter(key="beta-users").values_list("key", flat=True))
    return [*testers, "1 %", "10 %", "50 %", "100 %"]


def _who_field(row: int, who: str) -> forms.CharField:
    attributes = {"list": "who-choices", "autocomplete": "off", "spellcheck": "false"}
    return forms.CharField(
        label=f"Step {row + 1} is for",
        required=False,
        max_length=60,
        initial=who,
        widget=forms.TextInput(attrs=attributes),
    )


def _bake_field(row: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=f"Step {row + 1} bakes for, in seconds",
        min_value=1,
        initial=15 if settings.DEMO else 300,
    )
