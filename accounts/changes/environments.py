"""Create, change and delete environments; those that every installation begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from accounts import environments
from accounts.changes.telling import tell
from accounts.models import Environment
from accounts.reads import get_environment
from accounts.states import State, environment_state
from accounts.titles import check_title
from accounts.unchanged import KEEP
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.dependents import check_no_dependents
from governance.history import expect_revision
from governance.names import check_key
from governance.policy import OfInstallation, Permission
from governance.principals import Right, system
from governance.refusals import Conflict, Invalid
from governance.turn import take_turn

FIRST_ENVIRONMENTS = (
    ("development", "Development", False),
    ("staging", "Staging", False),
    ("production", "Production", True),
)
LAST_POSITION = 32_767


class _ForEnvironments:
    """Environments belong to the installation."""

    def permissions(self) -> Sequence[Permission]:
        return [OfInstallation(Right.ENVIRONMENTS)]


@dataclass(frozen=True)
class CreateEnvironment(_ForEnvironments, Change[Environment]):
    """Create an environment. Every feature gets its toggle there: off, exposed to nobody.

    Without a `position` it stands last.
    """

    key: str
    name: str = ""
    production: bool = False
    position: int | None = None

    def check(self) -> None:
        check_key(self.key)
        check_title(self.name)
        _check_position(self.position or 0)
        if Environment.objects.filter(key=self.key).exists():
            raise Conflict(key=f"There is an environment {self.key!r} already.")

    def apply(self, by: Authorship) -> Environment:
        made = self._environment()
        made.save()
        state = environment_state(made)
        tell(by, "environment.created", f"environment:{self.key}", before=None, after=state)
        environments.created(by, made)
        return made

    def describe(self) -> Description:
        sentence = f"Creates the environment {self.key}; every feature is off there."
        return Description(sentence, None, environment_state(self._environment()))

    def _environment(self) -> Environment:
        place = _next_position() if self.position is None else self.position
        name = self.name.strip() or self.key
        return Environment(key=self.key, name=name, position=place, production=self.production)


@dataclass(frozen=True)
class SetEnvironment(_ForEnvironments, Change[Environment]):
    """Change what is given. The same again changes nothing."""

    environment: str
    name: str = KEEP
    production: bool = KEEP
    position: int = KEEP
    expected_revision: int | None = None

    def check(self) -> None:
        get_environment(self.environment)
        check_title(self.name)
        if self.position is not KEEP:
            _check_position(self.position)
        expect_revision(f"environment:{self.environment}", self.expected_revision)

    def apply(self, by: Authorship) -> Environment:
        before = environment_state(get_environment(self.environment))
        changed = self._changed()
        after = environment_state(changed)
        if after != before:
            changed.save()
            subject = f"environment:{self.environment}"
            tell(by, "environment.set", subject, before=before, after=after)
        return changed

    def describe(self) -> Description:
        before = environment_state(get_environment(self.environment))
        sentence = f"Changes the environment {self.environment}."
        return Description(sentence, before, environment_state(self._changed()))

    def _changed(self) -> Environment:
        found = get_environment(self.environment)
        for field in ("name", "production", "position"):
            if getattr(self, field) is not KEEP:
                setattr(found, field, getattr(self, field))
        found.name = found.name.strip() or self.environment
        return found


@dataclass(frozen=True)
class DeleteEnvironment(_ForEnvironments, Change[None]):
    """Delete an environment in which nothing is on, with its toggles, change log and keys."""

    environment: str
    expected_revision: int | None = None

    def check(self) -> None:
        get_environment(self.environment)
        expect_revision(f"environment:{self.environment}", self.expected_revision)
        remedy = "switch off, revoke or remove these first."
        check_no_dependents("environment", self.environment, "environment", remedy)

    def apply(self, by: Authorship) -> None:
        found = get_environment(self.environment)
        before = environment_state(found)
        environments.deleting(found)
        found.delete()
        subject = f"environment:{self.environment}"
        tell(by, "environment.deleted", subject, before=before, after=None)

    def describe(self) -> Description:
        before: State = environment_state(get_environment(self.environment))
        return Description(f"Deletes the environment {self.environment}.", before, None)


@transaction.atomic
def ensure_environments() -> list[Environment]:
    """Development, staging and production, where there is no environment at all."""
    take_turn()
    if not Environment.objects.exists():
        by = Authorship(system("togglemesh"), "the first environments")
        for position, (key, name, production) in enumerate(FIRST_ENVIRONMENTS):
            CreateEnvironment(key, name, production, position).apply(by)
    return list(Environment.objects.all())


def _next_position() -> int:
    last: int | None = Environment.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, LAST_POSITION)


def _check_position(position: int) -> None:
    if not 0 <= position <= LAST_POSITION:
        raise Invalid(position=f"A position is 0 to {LAST_POSITION}.")
