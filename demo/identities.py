"""The shop's thousand customers; every twentieth is in the group `beta`."""

from __future__ import annotations

HOW_MANY = 1000
BETA = "beta"


def user(number: int) -> str:
    """`user-0001` to `user-1000`."""
    return f"user-{number:04d}"


def headers_of(number: int) -> dict[str, str]:
    """What the shop's entry is told of a customer."""
    group = {"x-user-group": BETA} if is_beta(number) else {}
    return {"x-user-id": user(number), **group}


def is_beta(number: int) -> bool:
    return number % 20 == 0
