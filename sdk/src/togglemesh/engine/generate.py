"""Source code for a feature: one function that decides, without a loop, a call or an object more
than it needs.

What is safe about it: no text of a document ever gets into the source. Everything that a document
says is bound as a numbered constant (`k0`, `k1`, ...) from outside; the source holds nothing but
those names and the words written in this file. Features of one shape share one source, which is
compiled once.

There are two kinds: `generate` makes one that reads the context and gives decisions;
`generate_flat` one that is given the fields' texts and the ids' bytes too, which were read once
for many features, and gives what is said of the decisions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import random
from typing import Any

from mmh3 import mmh3_32_uintdigest

from togglemesh.engine.bucketing import SPLIT_SEED, pick
from togglemesh.engine.conditions import AllOf, AnyOf, Condition, Not, Unknown
from togglemesh.engine.constraints import Constraint
from togglemesh.engine.decision import Decision
from togglemesh.engine.fields import USER_FIELDS, Context, Reader, reader
from togglemesh.engine.plan import IdList, Rule, Share, Split, Stage, Sticky
from togglemesh.engine.shared_sets import shared_set

Decide = Callable[[Context], Decision]
Texts = Mapping[Reader, str | None]
Ids = Mapping[Reader, bytes | None]
DecideFlat = Callable[[Context, Texts, Ids], Any]
Say = Callable[[Decision], Any]

# One dictionary of globals for all functions: Python's own caching of look-ups relies on that.
_NAMES: dict[str, Any] = {
    "hash_": mmh3_32_uintdigest,
    "pick": pick,
    "random": random,
    "SPLIT_SEED": SPLIT_SEED,
}


@dataclass(frozen=True, slots=True)
class Flat:
    """`texts` and `ids` are the readers of what it wants to be given."""

    decide: DecideFlat
    texts: tuple[Reader, ...]
    ids: tuple[Reader, ...]


class _Source:
    """Lines, and the constants that they name. With `say` it is of the flat kind, and `texts` and
    `ids` are the names of the readers whose texts and bytes it wants.
    """

    def __init__(self, say: Say | None = None) -> None:
        self.say = say
        self.texts: dict[Reader, str] = {}
        self.ids: dict[Reader, str] = {}
        self.lines: list[str] = []
        self.constants: list[Any] = []
        self._texts: dict[str, str] = {}

    def constant(self, value: Any) -> str:
        """The name under which the code finds the value."""
        self.constants.append(value)
        return f"k{len(self.constants) - 1}"

    def decision(self, decision: Decision) -> str:
        return self.constant(self.said(decision))

    def said(self, decision: Decision) -> Any:
        return decision if self.say is None else self.say(decision)

    def given_text(self, read: Reader) -> str:
        """The text that was read before."""
        if read not in self.texts:
            self.texts[read] = self.constant(read)
        return f"texts[{self.texts[read]}]"

    def given_id(self, read: Reader) -> str:
        """The bytes of the id that was read before."""
        if read not in self.ids:
            self.ids[read] = self.constant(read)
        return f"ids[{self.ids[read]}]"

    def text(self, value: str) -> str:
        """As `constant`; the same text has the same name."""
        if value not in self._texts:
            self._texts[value] = self.constant(value)
        return self._texts[value]

    def line(self, depth: int, code: str) -> None:
        self.lines.append("    " * depth + code)

    def function(self, careful: Decide) -> str:
        # Half a surrogate pair has no UTF-8: then the careful one decides (see bucketing).
        failing = self.constant(careful)
        tail = ["        except UnicodeEncodeError:", f"            return {failing}(context)"]
        return self._made("context", ["        try:", *self.lines, *tail])

    def flat_function(self) -> str:
        return self._made("context, texts, ids", self.lines)

    def _made(self, given: str, lines: list[str]) -> str:
        names = ", ".join(f"k{n}" for n in range(len(self.constants)))
        head = [f"def make({names}):", f"    def decide({given}):"]
        return "\n".join([*head, *lines, "    return decide"])


def generate(stage: Stage, careful: Decide) -> Decide:
    """The function that decides an enabled stage; `careful` is asked where no UTF-8 can be had."""
    source = _Source()
    _write_stage(source, stage)
    decide: Decide = _make(source.function(careful))(*source.constants)
    return decide


def generate_flat(stage: Stage, say: Say) -> Flat:
    """The same of the flat kind."""
    source = _Source(say)
    _write_stage(source, stage)
    decide = _make(source.flat_function())(*source.constants)
    return Flat(decide, tuple(source.texts), tuple(source.ids))


def _write_stage(source: _Source, stage: Stage) -> None:
    for one in stage.lists:
        _write_list(source, 3, one)
    for rule in stage.rules:
        if rule.matchable:
            _write_rule(source, rule)
    source.line(3, f"return {source.decision(stage.otherwise)}")


@lru_cache(maxsize=4096)
def _make(source: str) -> Callable[..., Callable[..., Any]]:
    made: dict[str, Callable[..., Callable[..., Any]]] = {}
    exec(compile(source, "<feature>", "exec"), _NAMES, made)  # noqa: S102 - see this file's top
    return made["make"]


def _write_rule(source: _Source, rule: Rule) -> None:
    tests = [_condition(source, condition) for condition in rule.conditions]
    if rule.share is not None:
        tests.append(_share(source, rule.share))
    depth = 3
    if tests:
        source.line(depth, f"if {' and '.join(tests)}:")
        depth += 1
    for one in rule.lists:
        _write_list(source, depth, one)
    source.line(depth, f"return {_split(source, rule.split)}")


def _write_list(source: _Source, depth: int, one: IdList) -> None:
    ids = source.constant(one.ids)
    source.line(depth, f"if {_read(source, one.field, one.read)} in {ids}:")
    source.line(depth + 1, f"return {source.decision(one.decision)}")


def _condition(source: _Source, condition: Condition) -> str:
    match condition:
        case AllOf():
            return _joined(source, condition.parts, " and ", "True")
        case AnyOf():
            return _joined(source, condition.parts, " or ", "False")
        case Not():
            return f"(not {_condition(source, condition.part)})"
        case Unknown():
            raise ValueError("a rule with something unknown in it matches nobody")
    return _constraint(source, condition)


def _joined(source: _Source, parts: tuple[Condition, ...], word: str, when_empty: str) -> str:
    codes = [_condition(source, part) for part in parts]
    return f"({word.join(codes)})" if codes else when_empty


def _constraint(source: _Source, constraint: Constraint) -> str:
    if constraint.holds is None:
        return f"{source.constant(constraint.test)}(context)"
    if constraint.operator in ("IN", "NOT_IN") and not constraint.folds:
        # None, for an absent field, is in no set: just what both operators say of it.
        word = "in" if (constraint.operator == "IN") is not constraint.inverted else "not in"
        read = _read(source, constraint.field, reader(constraint.field))
        return f"{read} {word} {source.constant(shared_set(constraint.values))}"
    return _text_test(source, constraint)


def _text_test(source: _Source, constraint: Constraint) -> str:
    read = _read(source, constraint.field, reader(constraint.field))
    text = "t.lower()" if constraint.folds else "t"
    asked = f"{source.constant(constraint.holds)}({text})"
    code = (
        f"((t := {read}) is None or {asked})"
        if constraint.when_absent
        else f"((t := {read}) is not None and {asked})"
    )
    return f"(not {code})" if constraint.inverted else code


def _share(source: _Source, share: Share) -> str:
    bound = source.constant(share.percentage)
    if not share.sticky.fields:
        return f"random() * 100 < {bound}"
    read = _id(source, share.sticky)
    if share.percentage == 100:
        return f"{read} is not None"
    hashed = f"hash_({_hashed(source, share.group)}) % 100"
    if share.sticky.chance:
        return f"({hashed} if (s := {read}) is not None else random() * 100) < {bound}"
    return f"((s := {read}) is not None and {hashed} < {bound})"


def _split(source: _Source, split: Split) -> str:
    if len(split.decisions) == 1:
        return source.decision(split.decisions[0])
    bounds, total = source.constant(split.bounds), source.constant(split.bounds[-1])
    chance = f"int(random() * {total})"
    if split.sticky.fields:
        hashed = f"hash_({_hashed(source, split.group)}, SPLIT_SEED) % {total}"
        read = _id(source, split.sticky)
        point = f"{hashed} if (s := {read}) is not None else {chance}"
    else:
        point = chance
    outcomes = source.constant(tuple(map(source.said, split.decisions)))
    return f"{outcomes}[pick({bounds}, {point})]"


def _hashed(source: _Source, group: str) -> str:
    if source.say is not None:
        return f"{source.constant((group + ':').encode('utf-8', 'surrogatepass'))} + s"
    return f'f"{{{source.text(group + ":")}}}{{s}}".encode()'


def _id(source: _Source, sticky: Sticky) -> str:
    if source.say is not None:
        return source.given_id(sticky.read)
    return _read(source, sticky.fields[0], sticky.read)


def _read(source: _Source, field: str, read: Reader) -> str:
    """The field's text, or None. Nearly always it is text on the top level of the context; then
    that is all, else the slow function looks everywhere.
    """
    if source.say is not None:
        return source.given_text(read)
    name = source.text(USER_FIELDS[0] if field in USER_FIELDS else field)
    slow = source.constant(read)
    return f"(v if type(v := context.get({name})) is str and v else {slow}(context))"
