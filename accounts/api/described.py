"""Adds to the OpenAPI description what each operation may answer beside success."""

from typing import Any

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
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _response(status: str, sentence: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemResponse"}
    told: dict[str, Any] = {"description": sentence, "content": {CONTENT_TYPE: {"schema": schema}}}
    if status in ("429", "503"):
        seconds = {"description": "Seconds.", "schema": {"type": "integer"}}
        told["headers"] = {"Retry-After": seconds}
    return told
