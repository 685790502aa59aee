"""The shapes of what Unleash's SDKs and relays tell.

Its own server takes a lot: members that are missing or null, numbers in quotes, and an empty list
for an empty map, as PHP writes it. An SDK that is refused drops its counts, so we take as much.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from toggles.evaluator.http import refusal
from toggles.evaluator.input import BROKEN

LARGEST_REPORT = 1024 * 1024  # bytes; a relay for many gathers a lot in a minute

Text = Annotated[str, Meta(max_length=500)]
Identity = Text | int | float | None
Count = Annotated[int, Meta(ge=0, le=2**40)] | None
EmptyList = Annotated[list[Any], Meta(max_length=0)]

Shape = TypeVar("Shape", bound=msgspec.Struct)


class Application(msgspec.Struct, rename="camel"):
    """One running SDK. What else it sends is of no use here."""

    app_name: Text
    instance_id: Identity = None
    connection_id: Identity = None
    sdk_version: Identity = None


class Asked(msgspec.Struct):
    """How often a feature was on and off, and which variants were given."""

    yes: Count = 0
    no: Count = 0
    variants: dict[str, Count] | EmptyList | None = None

    def by_variant(self) -> dict[str, int]:
        if not isinstance(self.variants, dict):
            return {}
        return {name: number for name, number in self.variants.items() if number}


class Row(Asked, rename="camel", kw_only=True):
    """One feature in one hour, as a relay brings it."""

    feature_name: str


class Bucket(msgspec.Struct):
    toggles: Annotated[dict[str, Asked | None], Meta(max_length=20_000)] | EmptyList | None = None

    def asked(self) -> dict[str, Asked]:
        if not isinstance(self.toggles, dict):
            return {}
        return {key: one for key, one in self.toggles.items() if one is not None}


class Metrics(msgspec.Struct, rename="camel"):
    app_name: Text
    bucket: Bucket


class Bulk(msgspec.Struct):
    applications: Annotated[list[Application], Meta(max_length=10_000)] | None = None
    metrics: Annotated[list[Row], Meta(max_length=20_000)] | None = None


def read_report(body: bytes, shape: type[Shape]) -> Shape:
    """The body in this shape; 400 says what is wrong with it."""
    try:
        return msgspec.json.decode(body, type=shape, strict=False)
    except BROKEN as problem:
        raise refusal(400, f"The body cannot be read: {problem}") from None
