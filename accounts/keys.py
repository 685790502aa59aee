"""The text of an API key: `tm_<kind>_<selector>_<secret>` (docs/wire.md, "Keys").

The selector finds the row; the digest of the whole text is compared. The secret has 256 bits of
randomness, so SHA-256 is enough: there is nothing to guess.
"""

import hashlib
import re
import secrets
import string

_ALPHABET = string.ascii_letters + string.digits
_KEY = re.compile(r"tm_[a-z]+_([A-Za-z0-9]{22})_[A-Za-z0-9]{43}")


def make(kind: str) -> str:
    """A new key. It is shown once and never stored."""
    selector, secret = _random(22), _random(43)
    return f"tm_{kind}_{selector}_{secret}"


def parse(text: str) -> tuple[str, str] | None:
    """Selector and digest of a key's text; None when it cannot be one."""
    found = _KEY.fullmatch(text)
    return (found.group(1), digest(text)) if found else None


def digest(text: str) -> str:
    """SHA-256 of the whole key, as hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
