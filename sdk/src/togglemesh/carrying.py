"""The decisions of the present request chain, in a context variable: one per request, followed
by threads and tasks as Python's contextvars are. Where OpenTelemetry is in use its context's
baggage is kept in step, and is where decisions are looked for outside of `carry`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import MappingProxyType

from togglemesh import otel
from togglemesh.baggage import decisions_in, signatures_in, with_decisions, without_decisions
from togglemesh.signing import Signer

_NONE: Mapping[str, str] = MappingProxyType({})


class _Chain:
    """What came in, and what has been decided since: later calls in one request must agree.

    `signer` has looked at every decision in it.
    """

    __slots__ = ("decisions", "header", "otel_token", "signatures", "signer")

    def __init__(self, header: str | None, signer: Signer | None) -> None:
        self.header, self.signer = header, signer
        self.decisions, self.signatures = decisions_in(header), signatures_in(header)
        self.otel_token: object = None
        if signer is not None and signer.required:
            for feature in [f for f in self.decisions if not self.is_signed(f, signer)]:
                self.drop(feature)

    def is_signed(self, feature: str, signer: Signer) -> bool:
        variant, signature = self.decisions[feature], self.signatures.get(feature, "")
        return signer.verifies(feature, variant, signature)

    def drop(self, feature: str) -> None:
        self.decisions.pop(feature, None)
        self.signatures.pop(feature, None)

    def note(self, feature: str, variant: str, signer: Signer | None) -> None:
        self.decisions[feature] = variant
        if signer is not None:
            self.signatures[feature] = signer.sign(feature, variant)
        else:
            self.signatures.pop(feature, None)  # it was for another variant

    def tell_otel(self) -> None:
        token = otel.attach(self.decisions, self.signatures)
        self.otel_token = self.otel_token or token


_chain: ContextVar[_Chain | None] = ContextVar("togglemesh_chain", default=None)


@contextmanager
def carry(
    header: str | None, *, first_hop: bool = False, signer: Signer | None = None
) -> Iterator[None]:
    """Within it, decisions of this `baggage` header are honoured and go out again.

    At the first hop decisions came from outside, and are removed. A signer signs those that are
    taken here, and refuses the others that it cannot verify, if it is so made.
    """
    token = start_chain(header, first_hop=first_hop, signer=signer)
    chain = _chain.get()
    try:
        yield
    finally:
        _chain.reset(token)
        if chain is not None and chain.otel_token is not None:
            otel.detach(chain.otel_token)


def start_chain(
    header: str | None, *, first_hop: bool = False, signer: Signer | None = None
) -> Token[_Chain | None]:
    """As `carry`, for who owns the whole context and lets it end with the request."""
    chain = _Chain(without_decisions(header) if first_hop else header, signer)
    if otel.in_use():
        chain.tell_otel()
    return _chain.set(chain)


def carried_decisions() -> Mapping[str, str]:
    """Variant by feature, as decided earlier in this request chain; empty where none is known."""
    chain = _chain.get()
    if chain is not None:
        return chain.decisions
    return otel.read()[0] if otel.in_use() else _NONE


def chain_decisions() -> tuple[Mapping[str, str], Mapping[str, str]] | None:
    """Variant and signature by feature of the chain; None outside of `carry`."""
    chain = _chain.get()
    return None if chain is None else (chain.decisions, chain.signatures)


def carried_variant(feature: str, signer: Signer | None = None) -> str | None:
    """The variant that was decided earlier in this request chain. With a signer that requires
    signatures one that it cannot verify is forgotten: it does not go out again either.
    """
    chain = _chain.get()
    if chain is None:
        return _variant_of_otel(feature, signer) if otel.in_use() else None
    variant = chain.decisions.get(feature)
    if variant is None or signer is None or signer is chain.signer or not signer.required:
        return variant
    if chain.is_signed(feature, signer):
        return variant
    chain.drop(feature)
    if chain.otel_token is not None:
        chain.tell_otel()
    return None


def outgoing_baggage() -> str | None:
    """The `baggage` header for calls to other services; None when there is nothing to send."""
    chain = _chain.get()
    if chain is not None:
        return with_decisions(chain.header, chain.decisions, chain.signatures) or None
    return with_decisions(None, *otel.read()) or None if otel.in_use() else None


def note_decision(feature: str, variant: str, signer: Signer | None = None) -> None:
    """Makes the rest of the chain keep to a decision taken here; no effect outside of a chain."""
    chain = _chain.get()
    if chain is not None:
        chain.note(feature, variant, signer or chain.signer)
        if chain.otel_token is not None:
            chain.tell_otel()
    elif otel.in_use() and otel.within_span():
        _note_in_otel(feature, variant, signer)


def _variant_of_otel(feature: str, signer: Signer | None) -> str | None:
    variant, signature = otel.read_one(feature)
    if variant is None or signer is None or not signer.required:
        return variant
    return variant if signer.verifies(feature, variant, signature) else None


def _note_in_otel(feature: str, variant: str, signer: Signer | None) -> None:
    decisions, signatures = otel.read()
    decisions[feature] = variant
    signatures.pop(feature, None)
    if signer is not None:
        signatures[feature] = signer.sign(feature, variant)
    otel.attach(decisions, signatures)
