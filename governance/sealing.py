"""Secrets that must be read again are kept encrypted, with a key derived from the installation's.

The first of `secrets` encrypts; each of them decrypts, so that the secret can be changed.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class CannotUnseal(Exception):
    """None of the secrets fits: the text was encrypted with another one, or changed since."""


def seal(text: str, *, purpose: str, secrets: Sequence[str]) -> str:
    """The text, encrypted for this purpose."""
    return _keys(purpose, secrets).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, secrets: Sequence[str]) -> str:
    """What `seal` was given. Raises CannotUnseal."""
    try:
        return _keys(purpose, secrets).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotUnseal(
            "A secret cannot be decrypted: name the former TOGGLEMESH_SECRET_KEY in "
            "TOGGLEMESH_SECRET_KEY_FALLBACKS, or set the secret anew."
        ) from None


def _keys(purpose: str, secrets: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret, purpose)) for secret in secrets])


def _derive(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"togglemesh {purpose}".encode())
    return base64.urlsafe_b64encode(kdf.derive(secret.encode()))
