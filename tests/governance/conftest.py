"""Entries, and the places that the head is anchored in, empty at the start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from governance.actions import record
from governance.authorship import Authorship
from governance.principals import system

BY = Authorship(system("ada"), "because")


@pytest.fixture
def anchor_file(tmp_path: Path, no_anchors: None) -> Iterator[Path]:
    file = tmp_path / "anchors.jsonl"
    with override_settings(AUDIT_ANCHOR=file):
        yield file


@pytest.fixture
def ten_entries(db: None) -> None:
    for n in range(10):
        record(BY, "thing.done", "thing:1", {"n": n})
