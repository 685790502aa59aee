"""A mesh's settings as they are stored, and as they are shown: the token never in plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings as django

from governance.refusals import Invalid
from governance.sealing import CannotUnseal, seal, unseal

SECRET = "token"  # noqa: S105 - the name of the setting
SEALED = "sealed_token"
SET = "set"
PURPOSE = "mesh token"
Settings = Mapping[str, Any]


def fill_token(given: Settings, stored: Settings) -> dict[str, Any]:
    """What was given, with the token that is kept where it says `"token": "set"`.

    Only for the same server and CA: nobody may send a kept token elsewhere.
    """
    if given.get(SECRET) != SET:
        return dict(given)
    if SEALED not in stored or any(given.get(k) != stored.get(k) for k in ("server", "ca")):
        raise Invalid(**{"settings.token": "Give the token: none is kept for this server and CA."})
    return {**given, SECRET: _open(stored[SEALED])}


def seal_settings(given: Settings, stored: Settings) -> dict[str, Any]:
    """To be stored. The same token keeps its ciphertext: setting it twice changes nothing."""
    whole = {name: value for name, value in given.items() if name != SECRET}
    if SECRET not in given:
        return whole
    if SEALED in stored and _same(stored[SEALED], given[SECRET]):
        return {**whole, SEALED: stored[SEALED]}
    return {**whole, SEALED: seal(given[SECRET], purpose=PURPOSE, secrets=_secrets())}


def open_settings(stored: Settings) -> dict[str, Any]:
    """What the router is built from. Raises Invalid naming `settings.token`."""
    if SEALED not in stored:
        return dict(stored)
    plain = {name: value for name, value in stored.items() if name != SEALED}
    return {**plain, SECRET: _open(stored[SEALED])}


def shown_settings(stored: Settings) -> dict[str, Any]:
    """For answers and the audit log."""
    plain = {name: value for name, value in stored.items() if name not in (SEALED, SECRET)}
    return {**plain, SECRET: SET} if SEALED in stored else plain


def seal_anew(stored: Settings) -> dict[str, Any]:
    """Encrypted with the present secret; for after a change of it."""
    return seal_settings(open_settings(stored), {})


def _same(sealed: str, token: str) -> bool:
    try:
        return _open(sealed) == token
    except Invalid:
        return False


def _open(sealed: str) -> str:
    try:
        return unseal(sealed, purpose=PURPOSE, secrets=_secrets())
    except CannotUnseal as reason:
        raise Invalid(**{"settings.token": str(reason)}) from None


def _secrets() -> list[str]:
    return [django.SECRET_KEY, *django.SECRET_KEY_FALLBACKS]
