"""How the management API reads a body, and that it answers JSON whatever a client accepts."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from governance.input import read_json


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 by the rules of `governance.input`; each refusal names the field."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        value, problem = read_json(stream.read())
        if problem is None:
            return value
        if problem.place:
            raise ValidationError({problem.place: [problem.sentence]})
        raise ParseError(problem.sentence)


class AlwaysTheFirst(BaseContentNegotiation):
    """The first renderer of the view: an answer in another format than asked for can still be read,
    which 406 cannot."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""
