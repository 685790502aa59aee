"""What an action raises when it will not do what it was asked. One handler turns it into an answer.

Every refusal says which field is at fault and what to do; a refused action has changed nothing.
"""

from __future__ import annotations


class Refusal(Exception):
    """Base. `errors` maps a field to one sentence; `status` is the HTTP status to answer."""

    status = 400

    def __init__(self, **errors: str) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{field}: {text}" for field, text in errors.items()))


class Invalid(Refusal):
    """The input cannot be accepted as it is."""


class NotFound(Refusal):
    """The field names something that does not exist."""

    status = 404


class Conflict(Refusal):
    """The input is fine, but the present state forbids it."""

    status = 409


class NotAllowed(Refusal):
    """The principal lacks `needed` (a `governance.policy.Permission`; None where there is none)."""

    status = 403

    def __init__(self, needed: object = None, **errors: str) -> None:
        self.needed = needed
        super().__init__(**errors)
