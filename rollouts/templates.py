"""Find rollout templates, and what the audit log keeps of them."""

from __future__ import annotations

from typing import Any

from governance.refusals import NotFound
from rollouts.models import RolloutTemplate


def find_template(key: str) -> RolloutTemplate | None:
    return RolloutTemplate.objects.select_related("owner").filter(key=key).first()


def get_template(key: str) -> RolloutTemplate:
    """The template. Raises NotFound naming `template`."""
    found = find_template(key)
    if found is None:
        raise NotFound(template=f"There is no rollout template {key!r}.")
    return found


def templates_of_team(key: str) -> list[str]:
    """What the team owns, in words."""
    keys = RolloutTemplate.objects.filter(owner__key=key).values_list("key", flat=True)
    return [f"the rollout template {one}" for one in keys]


def template_state(template: RolloutTemplate) -> dict[str, Any]:
    return {
        "name": template.name,
        "owner": template.owner.key,
        "steps": template.steps,
        "gate": template.gate,
    }
