"""The text of a number, as ECMAScript's Number-to-String and so JSON has it.

Buckets are hashes of such texts: the id 1e15 must not change its bucket between languages.
"""

import math
from decimal import Decimal

_SHORT = 1e16  # below, Python's `repr` has no exponent, and whole doubles are exact in 16 digits
_MOST_DIGITS = 21  # a longer number has an exponent


def text_of_float(value: float) -> str | None:
    """None for what is no finite number: JSON cannot write it."""
    if -_SHORT < value < _SHORT and value.is_integer():
        return str(int(value))
    text = float.__repr__(value)  # the shortest digits that give the same double, as ECMAScript
    if "e" in text:
        return _with_exponent(text)
    return text if math.isfinite(value) else None


def _with_exponent(text: str) -> str:
    """As ECMAScript writes what `repr` wrote with an exponent."""
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, part = mantissa.removeprefix("-").partition(".")
    return sign + _lay_out(whole + part, len(whole) + int(exponent))


def text_of_decimal(value: Decimal) -> str | None:
    """As of a float, with all the digits that the decimal has; 7.0 is 7 here too."""
    if not value.is_finite():
        return None
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return "0"
    point = len(text) + int(exponent)
    return ("-" if sign else "") + _lay_out(text.rstrip("0"), point)


def _lay_out(digits: str, point: int) -> str:
    """The number 0.DIGITS times ten to the power of `point`."""
    if len(digits) <= point <= _MOST_DIGITS:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _MOST_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    part = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{part}e{point - 1:+d}"
