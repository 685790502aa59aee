"""CBOR in its canonical form (RFC 8949, 4.2): the bytes that flagd hashes."""

import struct
from typing import Any

_GREATEST = 2**64 - 1


def encode(value: Any) -> bytes:
    """The bytes of a JSON value; raises ValueError for what has none."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        content = value.encode()
        return _head(3, len(content)) + content
    if isinstance(value, list | tuple):
        return _head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        return _object(value)
    raise ValueError(f"{type(value).__name__} is no JSON value")


def _number(value: int | float) -> bytes:
    if isinstance(value, float):
        if not (value.is_integer() and -(2**63) <= value <= _GREATEST):
            return _float(value)
        value = int(value)  # JSON does not tell 7.0 from 7
    if not -_GREATEST - 1 <= value <= _GREATEST:
        raise ValueError("the number is too great")
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _float(value: float) -> bytes:
    """The shortest form that holds the value."""
    for first, form in ((b"\xf9", ">e"), (b"\xfa", ">f")):
        try:
            packed = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == value:
            return first + packed
    return b"\xf9\x7e\x00" if value != value else b"\xfb" + struct.pack(">d", value)  # noqa: PLR0124


def _object(value: dict[Any, Any]) -> bytes:
    pairs = sorted(
        ((encode(str(key)), encode(one)) for key, one in value.items()),
        key=lambda pair: (len(pair[0]), pair[0]),
    )
    return _head(5, len(pairs)) + b"".join(key + one for key, one in pairs)


def _head(kind: int, argument: int) -> bytes:
    if argument < 24:
        return bytes((kind << 5 | argument,))
    for code, form, limit in ((24, ">B", 8), (25, ">H", 16), (26, ">I", 32), (27, ">Q", 64)):
        if argument < 1 << limit:
            return bytes((kind << 5 | code,)) + struct.pack(form, argument)
    raise ValueError("the value is too long")
