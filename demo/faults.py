"""The switch that makes cart v2 fail, and heals it: a file that the service looks for."""

from __future__ import annotations

from pathlib import Path

FAULTY = "cart/v2"


def fault_file(shop: Path, instance: str = FAULTY) -> Path:
    """The file whose presence makes the instance (`service/version`) answer 500."""
    return shop / "faults" / instance.replace("/", "-")


def is_failing(shop: Path) -> bool:
    return fault_file(shop).exists()


def set_failing(shop: Path, failing: bool) -> None:
    """Takes effect with the next request. Safe to repeat."""
    file = fault_file(shop)
    if failing:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    else:
        file.unlink(missing_ok=True)
