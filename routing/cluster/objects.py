"""Objects of a namespace: apply, get, list, delete. What we write carries our name and label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing.cluster.calls import Calls, Document
from routing.cluster.errors import ClusterRefused

MANAGER = "togglemesh"
MANAGED_BY = "app.kubernetes.io/managed-by"
APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object, as the API server spells it."""

    group: str  # empty for the core group
    version: str
    name: str
    plural: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str, name: str = "") -> str:
        root = f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"
        collection = f"{root}/namespaces/{namespace}/{self.plural}"
        return f"{collection}/{name}" if name else collection


class Objects:
    """Reads and writes whole objects as documents. Every method is safe to repeat."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def apply(self, kind: Kind, document: Document) -> Document:
        """Server-side apply without force. Raises OthersOwn when it would take others' fields."""
        metadata = document["metadata"]
        labels = {**metadata.get("labels", {}), MANAGED_BY: MANAGER}
        whole = {
            **document,
            "apiVersion": kind.api_version,
            "kind": kind.name,
            "metadata": {**metadata, "labels": labels},
        }
        path = kind.path(metadata["namespace"], metadata["name"])
        asked = {"fieldManager": MANAGER, "fieldValidation": "Strict"}
        return self._calls.send("PATCH", path, asked, whole, APPLY)

    def get(self, kind: Kind, namespace: str, name: str) -> Document | None:
        """None when there is no such object."""
        try:
            return self._calls.send("GET", kind.path(namespace, name))
        except ClusterRefused as refused:
            if refused.status == 404:
                return None
            raise

    def list(
        self, kind: Kind, namespace: str, labels: Mapping[str, str] | None = None
    ) -> list[Document]:
        """All that carry these labels."""
        query = {"labelSelector": selector(labels)} if labels else {}
        items: list[Document] = self._calls.send("GET", kind.path(namespace), query)["items"]
        return items

    def delete_owned(self, kind: Kind, namespace: str, labels: Mapping[str, str]) -> None:
        """Delete what we have written under these labels; fine when there is nothing."""
        for document in self.list(kind, namespace, {**labels, MANAGED_BY: MANAGER}):
            self._delete(kind, document["metadata"])

    def _delete(self, kind: Kind, metadata: Document) -> None:
        # The precondition spares an object of the same name that came after our look.
        body = {"preconditions": {"uid": metadata["uid"]}}
        path = kind.path(metadata["namespace"], metadata["name"])
        try:
            self._calls.send("DELETE", path, None, body)
        except ClusterRefused as refused:
            if refused.status not in (404, 409):
                raise


def selector(labels: Mapping[str, str]) -> str:
    """Kubernetes' text for `all of these labels`."""
    return ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
