"""What every operator is: built once from a constraint's values, asked at each decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TextTest = Callable[[str], bool]
ContextTest = Callable[[Mapping[str, Any]], bool]
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextOperator:
    """Asks the text of one field. Values and text come in lower case when case is ignored.

    `check` says what is wrong with a value, None when nothing is.
    """

    build: Callable[[Texts], TextTest]
    when_absent: bool = False
    check: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class ContextOperator:
    """Asks the context itself, as for lists. `build` takes field, values and whether to fold."""

    build: Callable[[str, Texts, bool], ContextTest]
    check: Callable[[str], str | None] | None = None
    takes_values: bool = True


Operator = TextOperator | ContextOperator
