"""The rule for keys: what Kubernetes takes as a label and as part of an object's name."""

import re

from governance.refusals import Invalid

LONGEST = 50  # leaves room for a prefix within Kubernetes' 63 characters
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def is_key(text: str) -> bool:
    """True for an RFC 1123 label of at most 50 characters."""
    return len(text) <= LONGEST and _LABEL.fullmatch(text) is not None


def check_key(text: object, field: str = "key") -> str:
    """Return the key, or raise Invalid that names the field and the rule."""
    if isinstance(text, str) and is_key(text):
        return text
    raise Invalid(
        **{
            field: f"{text!r} cannot be used: a key has 1 to {LONGEST} lower-case letters, digits "
            "and hyphens, and starts and ends with a letter or digit (the rule of Kubernetes "
            "labels)."
        }
    )
