"""Adds to the OpenAPI description what each operation may answer beside success."""

from typing import Any

from accounts.api.conditional import FIELD
from accounts.api.problems import CONTENT_TYPE

WHENEVER = {
    "400": "Something in the request is wrong; `errors` names it.",
    "401": "Nobody is signed in.",
    "403": "Not with the role that you have.",
    "413": "The body or the address is too large.",
    "429": "Too many requests; `Retry-After` says when to come again.",
    "500": "The server failed. Nothing was changed.",
    "503": "The database, or a mesh, does not answer now.",
}
OF_WHAT_IS_NAMED = {"404": "Something that the request names does not exist."}
OF_A_CHANGE = {
    "409": "The present state forbids it: look at what changed, then try again.",
    "415": "The body is not `application/json`.",
    "422": "The request is well formed, and cannot be done.",
}
IDEMPOTENCY = (
    "A text of yours, such as a UUID. The same request with the same key, within 24 hours, changes "
    "nothing more and gets the same answer; with another body it gets 422."
)
IF_MATCH = 'The revision that you looked at, as in `"5"`; the same as `expected_revision`.'
WITHOUT_BODY = ("get", "head", "delete")

SCHEMA = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "`about:blank`: the status says all."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "All sentences of `errors`."},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "By the path of the field at fault (`request` for the whole), a "
            "sentence that says what is wrong and what to do.",
        },
    },
    "required": ["type", "title", "status", "detail", "errors"],
}


def describe_problems(
    result: dict[str, Any],
    *_: Any,
    **__: Any,
) -> dict[str, Any]:
    """A hook of drf-spectacular. What a view says of a status by itself stays."""
    result["components"].setdefault("schemas", {})["ProblemResponse"] = SCHEMA
    for operations in result["paths"].values():
        for method, operation in operations.items():
            named = bool(operation.get("parameters")) or "requestBody" in operation
            told = {**WHENEVER, **(OF_WHAT_IS_NAMED if named else {})}
            told |= {} if method in WITHOUT_BODY else OF_A_CHANGE
            told |= {"409": OF_A_CHANGE["409"]} if method == "delete" else {}
            for status, sentence in told.items():
                operation["responses"].setdefault(status, _response(status, sentence))
            _describe_conditions(result["components"]["schemas"], method, operation)
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _describe_conditions(schemas: dict[str, Any], method: str, operation: dict[str, Any]) -> None:
    """What `accounts.api.conditional` and `accounts.api.idempotency` do for every operation."""
    parameters = operation.setdefault("parameters", [])
    if method == "get":
        parameters.append(_header("If-None-Match", "The `ETag` of an answer that you have."))
        operation["responses"]["304"] = {"description": "What you have is still so."}
        if "200" in operation["responses"]:
            etag = {"description": "Changes with the answer.", "schema": {"type": "string"}}
            operation["responses"]["200"].setdefault("headers", {})["ETag"] = etag
        return
    if method == "post":
        parameters.append(_header("Idempotency-Key", IDEMPOTENCY))
    if _is_guarded(schemas, operation):
        parameters.append(_header("If-Match", IF_MATCH))
        sentence = "There is a newer revision than that of `If-Match`."
        operation["responses"]["412"] = _response("412", sentence)


def _is_guarded(schemas: dict[str, Any], operation: dict[str, Any]) -> bool:
    if any(one.get("name") == FIELD for one in operation["parameters"]):
        return True
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return FIELD in schemas.get(name, {}).get("properties", {})


def _header(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"in": "header", "name": name, "schema": schema, "description": description}


def _response(status: str, sentence: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemResponse"}
    told: dict[str, Any] = {"description": sentence, "content": {CONTENT_TYPE: {"schema": schema}}}
    if status in ("429", "503"):
        seconds = {"description": "Seconds.", "schema": {"type": "integer"}}
        told["headers"] = {"Retry-After": seconds}
    return told
