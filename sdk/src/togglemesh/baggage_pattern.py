"""The two regular expressions by which a route finds a decision in a `baggage` header.

Two short ones, as RE2 has no look-around and meshes limit the length: Istio to 1024 characters.
"""

from dataclasses import dataclass

LEGAL = r"[\t -~]"
SPACE = r"[\t ]*"


@dataclass(frozen=True, slots=True)
class RoutePatterns:
    """RE2 expressions, each for the whole header. A route takes the requests whose header matches
    `carries` and does not match `doubled`.
    """

    carries: str  # a member of this name has the value
    doubled: str  # several members have this name, whatever their values


def member_patterns(name: str, value: str) -> RoutePatterns:
    """Names and values are of letters, digits, dots, dashes and underscores."""
    before, member = f"({LEGAL}*,)?", f"{SPACE}{_literal(name)}{SPACE}="
    return RoutePatterns(
        carries=f"{before}{member}{SPACE}{_literal(value)}{SPACE}([;,]{LEGAL}*)?",
        doubled=f"{before}{member}{LEGAL}*,{member}{LEGAL}*",
    )


def _literal(text: str) -> str:
    return "".join(c if c.isalnum() or c in "_-" else "\\" + c for c in text)
