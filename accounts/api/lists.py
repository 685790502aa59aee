"""Every list of the management API: in pages, with filters and a search, in one shape.

`{"items": [...], "next": cursor}`. A cursor holds the last row's place in the order, so that no row
is told twice or left out while others come and go; it is signed, and good for its own list only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.refusals import Invalid

View = TypeVar("View", bound=Callable[..., Any])

USUAL, MOST = 100, 500  # rows of a page

# From the parameter's name and text to the rows that it lets through; Invalid names the parameter.
Condition = Callable[[str, str], Q]


def equals(lookup: str) -> Condition:
    """The field is this text."""
    return lambda _, text: Q(**{lookup: text})


def is_true(lookup: str) -> Condition:
    """`true` or `false`."""

    def condition(name: str, text: str) -> Q:
        if text not in ("true", "false"):
            raise Invalid(**{name: f"{text!r} is neither `true` nor `false`."})
        return Q(**{lookup: text == "true"})

    return condition


def is_one_of(lookup: str, choices: Mapping[str, Any] | list[str]) -> Condition:
    """One of these values."""

    def condition(name: str, text: str) -> Q:
        if text not in choices:
            raise Invalid(**{name: f"{text!r} is none of {', '.join(choices)}."})
        return Q(**{lookup: text})

    return condition


@dataclass(frozen=True)
class Filter:
    """One parameter of a list."""

    name: str
    condition: Condition
    description: str = ""


@dataclass(frozen=True)
class Listing:
    """How one list is read. `order` names fields that together tell each row apart, `-` before a
    falling one. `search` are the fields in which `?search=` looks; without any there is no search.
    """

    operation_id: str
    response: type[serializers.Serializer[Any]]
    order: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()

    def describe(self) -> Callable[[View], View]:
        """A decorator of the view's method: its OpenAPI description."""
        decorate: Callable[[View], View] = extend_schema(
            operation_id=self.operation_id,
            parameters=[*self._described_filters(), *_PAGING],
            responses=self._page(),
        )
        return decorate

    def answer(
        self, request: Request, rows: QuerySet[Any], context: Mapping[str, Any] | None = None
    ) -> Response:
        """The page of these rows that the request asks for."""
        self._check_names(request)
        limit = _limit(request.query_params.get("limit"))
        wanted = rows.filter(self._wanted(request)).order_by(*self.order)
        found = list(wanted[: limit + 1])
        more = len(found) > limit
        shown = self.response(found[:limit], many=True, context={**(context or {})})
        following = self._cursor(found[limit - 1]) if more else None
        return Response({"items": shown.data, "next": following})

    def _wanted(self, request: Request) -> Q:
        given = request.query_params
        wanted = Q()
        for one in self.filters:
            if one.name in given:
                wanted &= one.condition(one.name, given[one.name])
        if sought := given.get("search"):
            wanted &= self._found(sought)
        return wanted & self._after(given["cursor"]) if "cursor" in given else wanted

    def _found(self, sought: str) -> Q:
        found = Q()
        for field in self.search:
            found |= Q(**{f"{field}__icontains": sought})
        return found

    def _after(self, cursor: str) -> Q:
        try:
            values = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature:
            raise Invalid(
                cursor=f"{cursor!r} is no cursor of this list: take `next` of the page before, or "
                "leave it out to begin anew."
            ) from None
        found, same = Q(), Q()
        for field, value in zip(self.order, values, strict=True):
            name, step = field.removeprefix("-"), "lt" if field.startswith("-") else "gt"
            found |= same & Q(**{f"{name}__{step}": value})
            same &= Q(**{name: value})
        return found

    def _cursor(self, row: Model) -> str:
        return signing.dumps([_text_of(row, field) for field in self.order], salt=self._salt)

    @property
    def _salt(self) -> str:
        return f"cursor {self.operation_id} {' '.join(self.order)}"

    def _check_names(self, request: Request) -> None:
        """A slip of the pen in a filter's name must not pass for the whole list."""
        known = ["limit", "cursor", *(["search"] if self.search else [])]
        known += [one.name for one in self.filters]
        for name in request.query_params:
            if name not in known:
                text = f"This list has no such parameter; it has {', '.join(known)}."
                raise Invalid(**{name: text})

    def _described_filters(self) -> list[OpenApiParameter]:
        told = [OpenApiParameter(one.name, description=one.description) for one in self.filters]
        if self.search:
            fields = ", ".join(field.replace("__", ".") for field in self.search)
            text = f"Only what has this text, in any case, in one of: {fields}."
            told.append(OpenApiParameter("search", description=text))
        return told

    def _page(self) -> type[serializers.Serializer[Any]]:
        name = self.response.__name__.removesuffix("Response") + "PageResponse"
        following = serializers.CharField(
            allow_null=True, help_text="The `cursor` of the next page; null on the last one."
        )
        fields = {"items": self.response(many=True), "next": following}
        return type(name, (serializers.Serializer,), fields)


_PAGING = [
    OpenApiParameter("limit", int, description=f"Rows at once, 1 to {MOST}; {USUAL} without it."),
    OpenApiParameter("cursor", description="`next` of the page before."),
]


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST:
        return int(text)
    raise Invalid(limit=f"{text!r} is no number of rows: write 1 to {MOST}.")


def _text_of(row: Any, field: str) -> str | int:
    value = row
    for name in field.removeprefix("-").split("__"):
        value = getattr(value, name)
    return value if isinstance(value, int) else str(value)
