"""The operator over regular expressions: RE2, whose time is linear in the text whatever the
pattern, so that no document can hang a service.
"""

import re2

from togglemesh.engine.fields import Context, reader
from togglemesh.engine.operators.operator import ContextOperator, ContextTest, Texts

GREATEST_PATTERN = 2_000
_MEMORY = 1 << 20  # bytes for one pattern's automata


def _options(fold: bool) -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # would go to standard error
    options.never_capture = True
    options.case_sensitive = not fold
    options.max_mem = _MEMORY
    return options


def _compiled(pattern: str, fold: bool) -> "re2._Regexp | None":
    try:
        return re2.compile(pattern.encode("utf-8"), _options(fold))
    except (re2.error, UnicodeEncodeError):
        return None


def _matches(field: str, values: Texts, fold: bool) -> ContextTest:
    found = (_compiled(value, fold) for value in values if len(value) <= GREATEST_PATTERN)
    patterns = tuple(pattern for pattern in found if pattern is not None)
    read = reader(field)

    def test(context: Context) -> bool:
        text = read(context)
        if text is None:
            return False
        # Half a surrogate pair has no UTF-8, and matches nothing but "any character".
        content = text.encode("utf-8", "replace")
        return any(pattern.search(content) is not None for pattern in patterns)

    return test


def _check(value: str) -> str | None:
    if len(value) > GREATEST_PATTERN:
        return f"must be at most {GREATEST_PATTERN} characters long"
    if _compiled(value, fold=False) is None:
        return "must be a regular expression of RE2 (no look-around, no back-references)"
    return None


OPERATORS = {"REGEX": ContextOperator(_matches, check=_check)}
