"""Slows down guessing of passwords. In PostgreSQL, so that all web processes count together.

One account from one address has few tries; one address over all accounts, and one account over all
addresses, have more. So nobody can lock somebody else out cheaply from another address.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import SignInFailure

WINDOW = timedelta(minutes=15)
OF_BOTH, OF_ADDRESS, OF_ACCOUNT = 10, 60, 200  # failures within the window


def seconds_to_wait(account: str, address: str, now: datetime) -> int:
    """How long to wait before the next try; 0 when there is no need to."""
    of_account = _recent(now).filter(account=_digest(account))
    of_address = _recent(now).filter(address=_digest(address))
    return max(
        _wait(of_account.filter(address=_digest(address)), OF_BOTH, now),
        _wait(of_address, OF_ADDRESS, now),
        _wait(of_account, OF_ACCOUNT, now),
    )


def note_failure(account: str, address: str, now: datetime) -> None:
    """Count a wrong password, and forget those that do not count any more."""
    SignInFailure.objects.filter(at__lte=now - WINDOW).delete()
    SignInFailure.objects.create(account=_digest(account), address=_digest(address), at=now)


def forget_failures(account: str, address: str) -> None:
    """The right password was given: earlier slips from there do not count any more."""
    SignInFailure.objects.filter(account=_digest(account), address=_digest(address)).delete()


def _recent(now: datetime) -> QuerySet[SignInFailure]:
    return SignInFailure.objects.filter(at__gt=now - WINDOW).order_by("-at")


def _wait(failures: QuerySet[SignInFailure], limit: int, now: datetime) -> int:
    """Until the oldest of the latest `limit` failures drops out of the window."""
    latest = list(failures.values_list("at", flat=True)[:limit])
    if len(latest) < limit:
        return 0
    return max(1, round((latest[-1] + WINDOW - now).total_seconds()))


def _digest(text: str) -> str:
    return hashlib.sha256(_one_spelling(text).encode("utf-8", "surrogatepass")).hexdigest()


def _one_spelling(text: str) -> str:
    """The same for all spellings that Django takes for one name (`User.normalize_username`), and
    for upper and lower case: a name that is spelled otherwise gets no tries of its own."""
    folded = unicodedata.normalize("NFKC", text.strip()).strip().casefold()
    return unicodedata.normalize("NFKC", folded)
