"""The environments that every installation begins with."""

from __future__ import annotations

from django.db import transaction

from accounts.changes.telling import tell
from accounts.models import Environment
from accounts.states import environment_state
from governance.authorship import Authorship
from governance.principals import system
from governance.turn import take_turn

FIRST_ENVIRONMENTS = (
    ("development", "Development", False),
    ("staging", "Staging", False),
    ("production", "Production", True),
)


@transaction.atomic
def ensure_environments() -> list[Environment]:
    """Development, staging and production, where there is no environment at all."""
    take_turn()
    if not Environment.objects.exists():
        by = Authorship(system("togglemesh"), "the first environments")
        for position, (key, name, production) in enumerate(FIRST_ENVIRONMENTS):
            made = Environment.objects.create(
                key=key, name=name, position=position, production=production
            )
            state = environment_state(made)
            tell(by, "environment.created", f"environment:{key}", before=None, after=state)
    return list(Environment.objects.all())
