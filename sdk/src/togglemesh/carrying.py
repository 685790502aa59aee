"""The decisions of the present request chain, in a context variable: one per request, followed
by threads and tasks as Python's contextvars are.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import MappingProxyType

from togglemesh.baggage import decisions_in, with_decisions, without_decisions

_NONE: Mapping[str, str] = MappingProxyType({})


class _Chain:
    """What came in, and what has been decided since: later calls in one request must agree."""

    __slots__ = ("decisions", "header")

    def __init__(self, header: str | None) -> None:
        self.header = header
        self.decisions = decisions_in(header)


_chain: ContextVar[_Chain | None] = ContextVar("togglemesh_chain", default=None)


@contextmanager
def carry(header: str | None, *, first_hop: bool = False) -> Iterator[None]:
    """Within it, decisions of this `baggage` header are honoured and go out again.

    At the first hop decisions came from outside, and are removed.
    """
    token = start_chain(header, first_hop=first_hop)
    try:
        yield
    finally:
        _chain.reset(token)


def start_chain(header: str | None, *, first_hop: bool = False) -> Token[_Chain | None]:
    """As `carry`, for who owns the whole context and lets it end with the request."""
    return _chain.set(_Chain(without_decisions(header) if first_hop else header))


def carried_decisions() -> Mapping[str, str]:
    """Variant by feature, as decided earlier in this request chain; empty outside of `carry`."""
    chain = _chain.get()
    return _NONE if chain is None else chain.decisions


def outgoing_baggage() -> str | None:
    """The `baggage` header for calls to other services; None when there is nothing to send."""
    chain = _chain.get()
    if chain is None:
        return None
    return with_decisions(chain.header, chain.decisions) or None


def note_decision(feature: str, variant: str) -> None:
    """Makes the rest of the chain keep to a decision taken here; no effect outside of `carry`."""
    chain = _chain.get()
    if chain is not None:
        chain.decisions[feature] = variant
