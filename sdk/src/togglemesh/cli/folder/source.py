"""The folder whole: its documents, who owns what it declares, and where each path stands."""

import re
from dataclasses import dataclass
from pathlib import Path

from togglemesh.cli.folder.reading import Part, PositionedDocument, Unreadable, read_documents

SETTINGS = "togglemesh.yaml"
SUFFIXES = (".yaml", ".yml")
MOST_FILES = 1000
LARGEST_FOLDER = 32 * 2**20  # bytes
_PLACE = re.compile(r"documents\[(\d+)\]\.?")
_PARTS = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Folder:
    """`documents` are in the order of their files' names."""

    source: str
    documents: list[PositionedDocument]

    def place_of(self, path: str) -> str:
        """`documents[3].rules[0]` as `features/checkout.yaml:12: rules[0]`."""
        found = _PLACE.match(path)
        if found is None or int(found[1]) >= len(self.documents):
            return path
        document, rest = self.documents[int(found[1])], path[found.end() :]
        line = document.line_of(_parts(rest))
        return f"{document.file}:{line}: {rest}" if rest else f"{document.file}:{line}"


def read_folder(folder: Path, source: str | None = None) -> Folder:
    """Raises Unreadable, which names file and line."""
    settings = folder / SETTINGS if folder.is_dir() else folder.parent / SETTINGS
    owner = source or _source(settings)
    if not owner:
        raise Unreadable(f"{settings}: say `source: NAME` there, or give --source.")
    documents = [one for file in _files(folder) for one in read_file(file, folder)]
    return Folder(owner, documents)


def read_file(file: Path, folder: Path) -> list[PositionedDocument]:
    """Its documents, named as seen from the folder."""
    name = file.relative_to(folder).as_posix() if folder.is_dir() else file.name
    try:
        return read_documents(file.read_bytes(), name)
    except OSError as problem:
        raise Unreadable(f"{name}: {problem}") from None


def _files(folder: Path) -> list[Path]:
    """Hidden ones are not the folder's; links out of it are not followed."""
    if not folder.is_dir():
        return [folder]
    found = sorted(
        one
        for one in folder.rglob("*")
        if one.suffix in SUFFIXES
        and one.is_file()
        and one != folder / SETTINGS
        and not any(part.startswith(".") for part in one.relative_to(folder).parts)
    )
    if len(found) > MOST_FILES or sum(one.stat().st_size for one in found) > LARGEST_FOLDER:
        raise Unreadable(
            f"{folder}: holds more than {MOST_FILES} files, or {LARGEST_FOLDER} bytes; split it."
        )
    return found


def _source(settings: Path) -> str:
    try:
        documents = read_documents(settings.read_bytes(), settings.name)
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise Unreadable(f"{settings}: {problem}") from None
    if len(documents) != 1 or set(documents[0].content) != {"source"}:
        raise Unreadable(f"{settings.name}: holds `source: NAME` and nothing else.")
    return str(documents[0].content["source"])


def _parts(path: str) -> tuple[Part, ...]:
    return tuple(int(place) if place else name for place, name in _PARTS.findall(path))
