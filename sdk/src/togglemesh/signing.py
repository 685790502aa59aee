"""Signatures of decisions in baggage: a service that holds the secret can tell a decision of the
chain from one that somebody made up on the way (docs/wire.md, "Signed decisions").
"""

import hmac
from hashlib import sha256

from togglemesh.baggage import is_name

LEAST_SECRET = 32  # bytes
_LENGTH = 32  # hexadecimal digits; 128 bits
_MOST_REMEMBERED = 4_096


class Signer:
    """Signs with the first secret, takes signatures of any: so a secret can be replaced by
    putting the new one second everywhere, then first, then leaving the old one out.

    With `required` decisions without a good signature are refused; without it they are taken,
    for the time in which not every service signs yet. Raises ValueError for a short secret.
    """

    def __init__(self, *secrets: str | bytes, required: bool = True) -> None:
        self._secrets = [s.encode() if isinstance(s, str) else s for s in secrets]
        if not self._secrets or any(len(secret) < LEAST_SECRET for secret in self._secrets):
            raise ValueError(f"secrets: each must be at least {LEAST_SECRET} bytes of randomness")
        self.required = required
        self._remembered: dict[tuple[str, str], list[str]] = {}

    def sign(self, feature: str, variant: str) -> str:
        """The signature of a decision: 32 hexadecimal digits."""
        return self._signatures(feature, variant)[0]

    def verifies(self, feature: str, variant: str, signature: str) -> bool:
        """Whether one of the secrets made the signature; takes the same time if not."""
        given = signature.encode()
        # Each is compared, whatever came out before, and `compare_digest` does not stop early.
        good = [hmac.compare_digest(s.encode(), given) for s in self._signatures(feature, variant)]
        return any(good)

    def _signatures(self, feature: str, variant: str) -> list[str]:
        found = self._remembered.get((feature, variant))
        if found is None:
            message = f"togglemesh.decision.1\n{feature}\n{variant}".encode()
            digests = (hmac.new(secret, message, sha256) for secret in self._secrets)
            found = [digest.hexdigest()[:_LENGTH] for digest in digests]
            self._remember(feature, variant, found)
        return found

    def _remember(self, feature: str, variant: str, signatures: list[str]) -> None:
        # Names come from outside; they must not fill memory.
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        if is_name(feature) and is_name(variant):
            self._remembered[feature, variant] = signatures
