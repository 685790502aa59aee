"""A few calls to a Kubernetes API server with nothing but the standard library.

Tests look at the cluster through this, and so not through the code that they test.
"""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

JSON = "application/json"
APPLY = "application/apply-patch+yaml"
Document = dict[str, Any]


class ApiRefused(Exception):
    """The API server answered with an error; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(f"{status}: {message}")


class Api:
    """One API server, spoken to as one user."""

    def __init__(self, server: str, token: str, authority: Path) -> None:
        self.server, self.token, self.authority = server, token, authority
        self._tls = ssl.create_default_context(cafile=str(authority))
        self._plurals: dict[tuple[str, str], tuple[str, bool]] = {}

    def as_user(self, token: str) -> Api:
        return Api(self.server, token, self.authority)

    def call(
        self, method: str, path: str, body: Document | None = None, kind: str = JSON, **query: str
    ) -> Any:
        """The decoded answer, or its text when it is no JSON. Raises ApiRefused and OSError."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        url = f"{self.server}{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10, context=self._tls) as answer:  # noqa: S310
                return _decoded(answer.read(), answer.headers.get_content_type())
        except urllib.error.HTTPError as refused:
            raise ApiRefused(refused.code, _message(refused.read())) from None

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def find(self, document: Document) -> Document | None:
        """The object of the same kind, namespace and name as it stands; None when there is none."""
        try:
            found: Document = self.get(self.path_of(document))
        except ApiRefused as refused:
            if refused.status == 404:
                return None
            raise
        return found

    def apply(self, document: Document, manager: str = "testbed", **query: str) -> Document:
        """Server-side apply; `dryRun="All"` only checks."""
        path = self.path_of(document)
        asked = {"fieldManager": manager, "force": "true", **query}
        applied: Document = self.call("PATCH", path, document, APPLY, **asked)
        return applied

    def delete(self, document: Document) -> None:
        if self.find(document) is not None:
            self.call("DELETE", self.path_of(document))

    def path_of(self, document: Document) -> str:
        """Where the object lives. Asks the server once per kind."""
        version, metadata = document["apiVersion"], document["metadata"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        plural, namespaced = self._plural(root, document["kind"])
        place = f"/namespaces/{metadata.get('namespace', 'default')}" if namespaced else ""
        return f"{root}{place}/{plural}/{metadata['name']}"

    def _plural(self, root: str, kind: str) -> tuple[str, bool]:
        if (root, kind) not in self._plurals:
            for each in self.get(root)["resources"]:
                if "/" not in each["name"]:
                    self._plurals[root, each["kind"]] = (each["name"], each["namespaced"])
        return self._plurals[root, kind]


def _decoded(body: bytes, kind: str) -> Any:
    return json.loads(body) if kind == JSON else body.decode()


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:300]
