"""What is put at every place: raw JSON, texts of addresses and forms, and whole bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MOMENTS = ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2030-02-30", "-1")
ODD = ("", " ", "\u2028", "\x85", "\ufeff", "\U0001f600", "..", "a" * 70_000, "%s%n", "{{7*7}}")

# As they stand in JSON.
VALUES = [
    *('"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '{"\\u0000": 1}'),
    *("[" * 127 + "]" * 127, "[" * 130 + "]" * 130, "[" * 921 + "]" * 921, "[" * 60_000),
    '{"a":' * 300 + "1" + "}" * 300,
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e308", "1e16", "-0.0", "5e-324"),
    *(str(2**31), str(2**63), str(2**64), str(-(2**63) - 1), "9" * 400, "9" * 5_000),
    *("null", "true", "0", "-1", "0.5", "[]", "{}", '[""]', "[null]", '{"": null}', "[[]]"),
    *(json.dumps(text) for text in (*MOMENTS, *ODD)),
]
# Percent-encoded, as they stand in a path, a query or a form.
TEXTS = [
    *("%00", "a%00b", "%ff", "%ed%a0%80", "%c0%80", "%F0%9F%98%80", "%E2%80%A8", "%0d%0a", "%"),
    *("9" * 30, "9" * 5_000, "-1", "1e400", "NaN", "%C2%B2", "%D9%A3", "..", "%2e%2e%2f", ""),
    *("9999-12-31T23%3A59%3A59-12%3A00", "a" * 9_000, "http%3A%2F%2F%5B", "%5B", "true"),
]
BODIES = [
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"\xef\xbb\xbf{}",
    b'{"reason": "\xff"}',
    "{}".encode("utf-16"),
    b"[" * 60_000,
    b'{"a":' * 60_000,
    b"[]",
    b"null",
    b'"text"',
    b"1e400",
    b"9" * 5_000,
    b" " * 70_000,
    b"{}" * 2,
]
_HERE = "@here@"

Path = tuple[str | int, ...]


def bodies_around(body: Any) -> Iterator[tuple[Path, bytes]]:
    """The body with each value at each place in it, and with a hostile name beside the others."""
    for path in _places(body):
        text = json.dumps(_with(body, path, _HERE))
        for value in VALUES:
            yield path, text.replace(f'"{_HERE}"', value).encode()
    if isinstance(body, dict):
        text = json.dumps(body)[1:]
        for name in ('"\\u0000"', '"\\ud800"', '"__proto__"', '""'):
            yield (name,), ("{" + name + ": 1, " + text).replace(", }", "}").encode()


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    for name, inner in inside:
        yield from _places(inner, (*path, name))


def _with(value: Any, path: Path, put: Any) -> Any:
    if not path:
        return put
    changed = value.copy()
    changed[path[0]] = _with(value[path[0]], path[1:], put)
    return changed
