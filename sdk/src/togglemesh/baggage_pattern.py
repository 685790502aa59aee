"""The regular expression for a header in which a member has a value.

It is one expression without look-around, as RE2 has none: whoever routes by it needs nothing else.
That no later member may have the same name makes it long. It is spelled out character by
character: a later member begins as the name does for a while, and then ends or differs.
"""

LEGAL = r"[\t -~]"
IN_MEMBER = r"[\t -+\--~]"  # all that is legal but the comma
SPACE = r"[\t ]*"
AFTER_NAME = r"[!-+\--<>-~]"  # neither space nor comma nor =


def member_pattern(name: str, value: str) -> str:
    """RE2; matches in full. Names and values are of letters, digits, dots, dashes, underscores."""
    member = f"{SPACE}{_literal(name)}{SPACE}={SPACE}{_literal(value)}{SPACE}(;{IN_MEMBER}*)?"
    return f"({LEGAL}*,)?{member}(,{_member_of_another_name(name)})*"


def _member_of_another_name(name: str) -> str:
    """A member, perhaps empty, that is not `name=` and anything."""
    rest = f"{SPACE}({AFTER_NAME}{IN_MEMBER}*)?"  # the whole name has come, so no = may follow
    for place, character in reversed(list(enumerate(name))):
        # The space before a member is none of its name, so it does not make it another one.
        other = _all_but(character, space="\\t " if place else "")
        rest = f"({other}{IN_MEMBER}*|{_literal(character)}{rest})?"
    return SPACE + rest


def _all_but(character: str, *, space: str) -> str:
    """A class of what a member may have, without this character of a name."""
    before, after = _literal(chr(ord(character) - 1)), _literal(chr(ord(character) + 1))
    below = {"-": "", ".": r"\-"}.get(character, rf"\--{before}")
    return rf"[{space}!-+{below}{after}-~]"


def _literal(text: str) -> str:
    return "".join(c if c.isalnum() or c in "_-" else "\\" + c for c in text)
