"""A digest of an environment's whole content, kept up with each change; the heart of the ETag.

The number alone would not do: after a restore the same number may have other content.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec


class Content:
    """The exclusive-or of the digests of all documents: their order does not matter, and one
    document is changed without hashing the others."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self._parts: dict[tuple[str, str], int] = {}
        self._whole, self.digest = 0, b""
        for kind, field in (("feature", "features"), ("segment", "segments")):
            for key, document in snapshot[field].items():
                self._set(kind, key, document)
        self.digest = self._whole.to_bytes(32)

    def change(self, change: dict[str, Any]) -> None:
        """Take in a change of the change log."""
        kind = change["kind"].removesuffix("-removed")
        self._set(kind, change["key"], change.get("document"))
        self.digest = self._whole.to_bytes(32)

    def _set(self, kind: str, key: str, document: Any) -> None:
        before = self._parts.pop((kind, key), 0)
        after = 0
        if document is not None:
            text = msgspec.json.encode([kind, key, document], order="sorted")
            after = int.from_bytes(hashlib.sha256(text).digest())
            self._parts[kind, key] = after
        self._whole ^= before ^ after
