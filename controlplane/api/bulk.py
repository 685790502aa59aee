"""Make several changes one after another, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError

from accounts.pages.people import explain
from controlplane.api.shapes import SHAPES
from governance.authorship import Authorship
from governance.changes import Change, Description, perform, preview
from governance.refusals import NotAllowed, Refusal


class RefusedAt(Refusal):
    """A refusal of one of several changes, by the place that it has among them."""

    def __init__(self, place: int, refused: Refusal) -> None:
        told = explain(refused) if isinstance(refused, NotAllowed) else refused.errors
        super().__init__(**{f"changes.{place}.{name}": text for name, text in told.items()})
        self.status = refused.status


def read_changes(given: Sequence[Mapping[str, Any]]) -> list[Change[Any]]:
    """The changes that were asked for. Raises ValidationError by place and field."""
    errors: dict[str, Any] = {}
    found: list[Change[Any]] = []
    for place, one in enumerate(given):
        try:
            found.append(_read(one))
        except ValidationError as wrong:
            errors[str(place)] = wrong.detail
    if errors:
        raise ValidationError({"changes": errors})
    return found


def perform_in_order(
    by: Authorship, changes: Sequence[Change[Any]], *, dry_run: bool
) -> list[Description]:
    """Each is told as it stands when its turn comes. A dry run does the same and keeps nothing."""
    for place, change in enumerate(changes):
        _prepare(place, change)
    with transaction.atomic():
        told = [_perform(by, place, change) for place, change in enumerate(changes)]
        if dry_run:
            transaction.set_rollback(True)
    return told


def _prepare(place: int, change: Change[Any]) -> None:
    try:
        change.prepare()
    except Refusal as refused:
        raise RefusedAt(place, refused) from None


def _perform(by: Authorship, place: int, change: Change[Any]) -> Description:
    try:
        told = preview(by, change)
        perform(by, change)
    except Refusal as refused:
        raise RefusedAt(place, refused) from None
    return told


def _read(one: Mapping[str, Any]) -> Change[Any]:
    name = one.get("change")
    shape = SHAPES.get(name) if isinstance(name, str) else None
    if shape is None:
        known = ", ".join(SHAPES)
        raise ValidationError({"change": [f"{name!r} is no change; there are: {known}."]})
    body = shape.fields(data=one)
    body.is_valid(raise_exception=True)
    asked = {field: value for field, value in body.validated_data.items() if field != "change"}
    return shape.make(**asked)
