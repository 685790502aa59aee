"""What README and docs name is there: files, make targets, commands, variables."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
SOURCES = [
    p
    for f in ("controlplane", "demo", "testbed", "tests", "sdk/src")
    for p in (ROOT / f).rglob("*.py")
]


def found(pattern: str) -> list[tuple[str, str]]:
    """Every match of the pattern's group in README and docs, with the page's name."""
    return [
        (page.relative_to(ROOT).as_posix(), match)
        for page in PAGES
        for match in re.findall(pattern, page.read_text())
    ]


@pytest.mark.parametrize(("page", "link"), found(r"\]\((?!https?:)([^)#]+)"))
def test_link__in_a_page__leads_somewhere(page: str, link: str) -> None:
    assert ((ROOT / page).parent / link).exists()


@pytest.mark.parametrize(("page", "target"), found(r"`make ([a-z]+)"))
def test_make_target__in_a_page__is_there(page: str, target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("page", "command"), found(r"manage\.py ([a-z_]+)"))
def test_command__in_a_page__is_there(page: str, command: str) -> None:
    assert command in get_commands()


@pytest.mark.parametrize(("page", "variable"), found(r"`(TOGGLEMESH_[A-Z_]+)`"))
def test_variable__in_a_page__is_read_somewhere(page: str, variable: str) -> None:
    assert any(variable in source.read_text() for source in SOURCES)


@pytest.mark.parametrize(
    ("page", "path"),
    found(r"`((?:docs|helm|testbed|sdk|tests|controlplane|toggles|rollouts)/[\w./-]*)`"),
)
def test_path__in_a_page__is_there(page: str, path: str) -> None:
    assert (ROOT / path).exists()
