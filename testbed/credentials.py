"""Who may talk to the testbed's API server: tokens, the key that signs accounts, kubeconfigs.

All are made anew for each start and lie in its folder, readable only by its owner.
"""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path

# A P-256 private key as SEC 1 has it, around its 32 bytes; readers work out the public half.
_KEY_HEAD, _KEY_TAIL = bytes.fromhex("303102010104 20"), bytes.fromhex("a00a06082a8648ce3d030107")

USERS = {
    "admin": ["system:masters"],
    "istiod": ["system:masters"],
    "togglemesh": [],  # what a test binds to it, and nothing else
}


def write_tokens(file: Path) -> dict[str, str]:
    """The token of each user. The file is what kube-apiserver's --token-auth-file reads."""
    tokens = {user: secrets.token_hex(16) for user in USERS}
    lines = [f'{token},{user},{user},"{",".join(USERS[user])}"' for user, token in tokens.items()]
    _write_secret(file, "\n".join(lines) + "\n")
    return tokens


def write_signing_key(file: Path) -> None:
    """A new key for the tokens of service accounts."""
    der = _KEY_HEAD + secrets.randbelow(2**255).to_bytes(32, "big") + _KEY_TAIL
    body = base64.b64encode(der).decode()
    _write_secret(file, f"-----BEGIN EC PRIVATE KEY-----\n{body}\n-----END EC PRIVATE KEY-----\n")


def write_kubeconfig(file: Path, server: str, authority: Path, token: str) -> Path:
    """JSON is YAML, so every reader of kubeconfigs takes it."""
    cluster = {"server": server, "certificate-authority": str(authority)}
    context = {"cluster": "testbed", "user": "testbed"}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "testbed", "cluster": cluster}],
        "users": [{"name": "testbed", "user": {"token": token}}],
        "contexts": [{"name": "testbed", "context": context}],
        "current-context": "testbed",
    }
    _write_secret(file, json.dumps(document, indent=2))
    return file


def _write_secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
