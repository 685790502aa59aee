"""Template filters for the state of a rollout: each state has a word, an icon and a colour."""

import re
from collections.abc import Sequence

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from rollouts.models import RolloutState
from rollouts.pages.sparkline import points_of, top_of
from rollouts.progress import EffectProgress, Progress, ServiceProgress, StepProgress

register = template.Library()

ROLLOUT = re.compile(r"rollout:([0-9a-f]{8}-[0-9a-f-]{27})")  # as author and subject

NEWEST = 8  # effects that are shown without opening the rest

# state: word, icon, colour. Together they can be told apart without seeing colours.
LOOKS: dict[str, tuple[str, str, str]] = {
    RolloutState.PREPARING: ("Preparing routes", "preparing", "is-busy"),
    RolloutState.EXPOSING: ("Exposing", "exposing", "is-busy"),
    RolloutState.BAKING: ("Baking", "baking", "is-busy"),
    RolloutState.PAUSED: ("Paused", "paused", "is-hold"),
    RolloutState.COMPENSATING: ("Taking it back", "rolled-back", "is-bad"),
    RolloutState.COMPLETED: ("Completed", "completed", "is-good"),
    RolloutState.ROLLED_BACK: ("Rolled back", "rolled-back", "is-bad"),
    RolloutState.ABORTED: ("Aborted", "abort", "is-calm"),
}


@register.filter
def state_word(state: str) -> str:
    """The state in one or two words."""
    return LOOKS[state][0]


@register.filter
def state_icon(state: str) -> SafeString:
    """The state's icon, as SVG in the page."""
    # Our own file, chosen from the table above: nothing in it comes from a person.
    return mark_safe(render_to_string(f"icons/{LOOKS[state][1]}.svg"))  # noqa: S308


@register.filter
def state_tone(state: str) -> str:
    """The class that gives the state's colours."""
    return LOOKS[state][2]


@register.filter
def beside_word(headline: str, state: str) -> str:
    """The headline without the state's word in front, where that stands above it already."""
    word, _, rest = headline.removesuffix(".").partition(": ")
    if word != LOOKS[state][0]:
        return headline
    return f"{rest[0].upper()}{rest[1:]}." if rest else ""


@register.filter
def newest(effects: Sequence[EffectProgress]) -> list[EffectProgress]:
    """The latest effects, newest first."""
    return list(reversed(effects))[:NEWEST]


@register.filter
def older(effects: Sequence[EffectProgress]) -> list[EffectProgress]:
    """Those before the latest ones."""
    return list(reversed(effects))[NEWEST:]


@register.filter
def step_tone(step: StepProgress, state: str) -> str:
    """The colours of a step in the stepper."""
    if step.status == "current":
        return state_tone(state)
    return {"done": "is-good", "taken-back": "is-bad"}.get(step.status, "")


@register.filter
def step_status(step: StepProgress, state: str) -> str:
    """The status of a step in words."""
    if step.status == "current":
        return LOOKS[state][0]
    return {"done": "Done", "taken-back": "Taken back"}.get(step.status, "To come")


@register.filter
def rate(value: float | None) -> str:
    """`0.4 %`; a dash without any request."""
    if value is None:
        return "—"
    return f"{value:.0f} %" if value >= 10 or value == 0 else f"{value:.1f} %"


@register.filter
def per_cent(fraction: float) -> str:
    """0.0 to 1.0 as a number for SVG, whatever the language of the page."""
    return f"{100 * fraction:.1f}"


@register.filter
def plain(value: float | None) -> str:
    """A number for SVG and attributes; 0 for none."""
    return f"{value or 0:.1f}"


@register.filter
def is_over(service: ServiceProgress, margin: float) -> bool:
    """Whether the new version's error rate lies above what the gate allows."""
    new, old = service.new.error_rate, service.baseline.error_rate
    return new is not None and new > (old or 0) + margin


@register.filter
def new_line(service: ServiceProgress) -> str:
    """Points of the new version's error rate."""
    return points_of(service.history, baseline=False)


@register.filter
def baseline_line(service: ServiceProgress) -> str:
    """Points of the baseline's error rate."""
    return points_of(service.history, baseline=True)


@register.filter
def top(service: ServiceProgress) -> str:
    """The error rate at the upper edge of both lines."""
    return rate(top_of(service.history))


@register.filter
def asked_for(progress: Progress, service: ServiceProgress) -> str:
    """What the steps so far ask for: `10 %`, `beta-users + 10 %`, or nothing any more."""
    if progress.finished and progress.state != RolloutState.COMPLETED:
        return "0 %"
    segments = [step.segment for step in progress.steps if step.segment and step.exposed_at]
    share = [f"{service.asked} %"] if service.asked or not segments else []
    return share[0] if service.asked == 100 else " + ".join([*segments, *share])


@register.filter
def linked(name: str) -> SafeString | str:
    """An author or subject as it is; where that is a rollout, a short link to it."""
    found = ROLLOUT.fullmatch(name)
    if not found:
        return name
    address = reverse("rollout", args=[found.group(1)])
    return format_html('<a href="{}">rollout {}</a>', address, found.group(1)[:8])
