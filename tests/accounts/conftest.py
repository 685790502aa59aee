"""What tests of people and rights share."""

from __future__ import annotations

from accounts.models import User
from accounts.principals import principal_of
from governance.authorship import Authorship


def as_person(user: User) -> Authorship:
    """What this person does, for a test."""
    return Authorship(principal_of(user), "a test")
