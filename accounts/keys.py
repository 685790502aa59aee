"""The text of API keys and tokens (docs/wire.md, "Keys"): `tm_<kind>_<selector>_<secret>`, or, for
what reads Unleash's tokens, `*:<environment>.v2_<selector>_<secret>`.

The selector finds the row; the digest of the whole text is compared. The secret has 256 bits of
randomness, so SHA-256 is enough: there is nothing to guess.
"""

import hashlib
import re
import secrets
import string

_ALPHABET = string.ascii_letters + string.digits
# Unleash Edge learns the environment from the text; of projects there is one here, so `*`.
_KEY = re.compile(r"(?:tm_[a-z]+_|\*:[a-z0-9-]{1,63}\.v2_)([A-Za-z0-9]{22})_[A-Za-z0-9]{43}")


def make(kind: str) -> str:
    """A new key. It is shown once and never stored."""
    return f"tm_{kind}_{_random(22)}_{_random(43)}"


def make_for_unleash(environment: str) -> str:
    """The same in the form of Unleash's tokens, which name their environment."""
    return f"*:{environment}.v2_{_random(22)}_{_random(43)}"


def parse(text: str) -> tuple[str, str] | None:
    """Selector and digest of a key's text; None when it cannot be one."""
    found = _KEY.fullmatch(text)
    return (found.group(1), digest(text)) if found else None


def digest(text: str) -> str:
    """SHA-256 of the whole key, as hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
