"""Files of imports: read as people mean them, within bounds; written so that they come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toggles.imports import files
from toggles.imports.files import Unreadable, read_file, read_yaml, write_yaml

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.sampled_from(
    [
        *("on", "off", "yes", "no", "y", "n", "null", "~", "", " ", "  a  ", "a\n", "\n\na"),
        *("1", "0o17", "017", "1_000", "1:30", "1e5", "-.inf", ".nan", "0x1f", "<<", "=", "- a"),
        *("\x85", "\ufeff", "\ufeffa", "a\u2028b", "\u2029", "\U0001f600", "a\r\nb", "\t", "#a"),
        *("2030-01-31", "2030-01-31T12:00:00Z", "a: b", "'", '"', "\\", "&a", "*a", "!a", "%a"),
        "long words " * 40,
    ]
)
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(-1e18, 1e18).map(lambda number: number or 0.0)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


@given(DOCUMENTS)
def test_write__any_document__reads_back_as_it_was(document: Any) -> None:
    assert read_yaml(write_yaml(document).encode()) == document


def test_read__words_of_switches__are_the_text_that_stands_there() -> None:
    content = b"variants: {on: {value: true}, off: {value: no}, 1: x, null: y}\noff_variant: off\n"
    assert read_yaml(content) == {
        "variants": {"on": {"value": True}, "off": {"value": "no"}, "1": "x", "null": "y"},
        "off_variant": "off",
    }


def test_read__moments_and_odd_numbers__stay_text() -> None:
    read = read_yaml(b"[2030-01-31T12:00:00Z, 12:30, 1_000, 0x10, 1e3]")
    assert read == ["2030-01-31T12:00:00Z", "12:30", "1_000", 16, 1000.0]


def laughs(levels: int) -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (laughs(12), "aliases written out"),
        (b"a: &a [*a]", "stands for itself"),
        (b"[" * 5_000, "nested deeper"),
        (b"- " * 500 + b"a", "nested deeper"),
        (b"a: \xff", "not UTF-8"),
        (b"a: 1e999", "a: Infinity"),
        (b"a: 99999999999999999999999", "a: The number is beyond 64 bits"),
        (b"a: " + b"9" * 5_000, "digits"),
        (b"a: !!timestamp 2030-01-31", "a: A date is nothing that JSON has"),
        (b"a: !!binary eA==", "a: A bytes is nothing"),
        (b"a: !!python/object:os.system {}", "could not determine a constructor"),
        (b"? [a]\n: b", "unhashable"),
        (b"a: 1\n---\nb: 2", "expected a single document"),
        (b'a: "\\0"', "a: It holds the character NUL"),
    ],
)
def test_read__hostile_yaml__refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_yaml(content)


def test_read__few_aliases__stand_for_what_they_name() -> None:
    assert read_yaml(b"a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}") == {
        "a": {"x": 1},
        "b": {"x": 1},
        "c": {"x": 1, "y": 2},
    }


def test_read_file__too_large__is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    file = tmp_path / "large.yaml"
    file.write_text("a: " + "x" * 10)
    with pytest.raises(Unreadable, match="larger than 10 bytes"):
        read_file(file)


def test_read_file__hostile_json__refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_bytes(b'{"flags": {"a": NaN}}')
    with pytest.raises(Unreadable, match=r"flags\.a: Infinity and what is not a number"):
        read_file(file)
