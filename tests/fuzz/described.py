"""The operations that an OpenAPI document describes, with a body of each to begin with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
METHODS = frozenset({"get", "put", "post", "patch", "delete"})


@dataclass(frozen=True)
class Operation:
    """`answers` are the media types by status; `body` is None without one."""

    id: str
    method: str
    path: str
    answers: Mapping[str, frozenset[str]]
    path_names: list[str]
    query_names: list[str]
    body: Any = None
    optional: Document = field(default_factory=dict)

    def check_answer(self, status: int, media_type: str) -> None:
        """Fails for an answer that is not described."""
        assert status < 500 or status == 503, status
        assert str(status) in self.answers, f"{status} is not described"
        told = self.answers[str(status)]
        media_type = media_type.partition(";")[0]
        assert not told or media_type in told, f"{media_type} is not described for {status}"


def operations(document: Document) -> Iterator[Operation]:
    """All that the document describes."""
    for path, methods in document["paths"].items():
        for method in METHODS & methods.keys():
            yield _operation(document, path, method, methods[method])


def _operation(document: Document, path: str, method: str, told: Document) -> Operation:
    parameters = [_resolved(document, one) for one in told.get("parameters", ())]
    names = {"path": [], "query": []}
    for one in parameters:
        names.setdefault(one["in"], []).append(one["name"])
    schema = _schema_of_body(document, told)
    sample = None if schema is None else _sample(document, schema)
    required = (schema or {}).get("required", ())
    optional = (
        {k: v for k, v in sample.items() if k not in required}
        if schema and isinstance(sample, dict)
        else {}
    )
    return Operation(
        told["operationId"],
        method.upper(),
        path,
        {status: _media_types(document, one) for status, one in told["responses"].items()},
        names["path"],
        names["query"],
        sample,
        optional,
    )


def _media_types(document: Document, response: Document) -> frozenset[str]:
    return frozenset(_resolved(document, response).get("content", ()))


def _schema_of_body(document: Document, told: Document) -> Document | None:
    if "requestBody" not in told:
        return None
    content = _resolved(document, told["requestBody"])["content"]
    return _resolved(document, content["application/json"]["schema"])


def _resolved(document: Document, one: Document) -> Document:
    while "$ref" in one:
        found: Any = document
        for name in one["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        one = found
    return one


def _sample(document: Document, schema: Any, depth: int = 0) -> Any:
    """A value that the schema takes, with all its properties; something small where it is vague."""
    schema = _resolved(document, schema) if isinstance(schema, dict) else {}
    for given in ("example", "default", "const"):
        if given in schema:
            return schema[given]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            return _sample(document, schema[several][0], depth)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        return _sample_object(document, schema, depth)
    if kind == "array":
        return [_sample(document, schema.get("items", {}), depth + 1)] if depth < 6 else []
    simple = {
        "string": "sample",
        "integer": schema.get("minimum", 1),
        "number": 1.5,
        "boolean": True,
    }
    return simple.get(str(kind), "sample")


def _sample_object(document: Document, schema: Document, depth: int) -> Document:
    found = {
        name: _sample(document, one, depth + 1)
        for name, one in schema.get("properties", {}).items()
    }
    more = schema.get("additionalProperties")
    if not found and isinstance(more, dict) and depth < 6:
        found["sample"] = _sample(document, more, depth + 1)
    return found
