"""Signed decisions: made, verified, refused, and with secrets that change."""

import asyncio
import hmac
from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from baggage_headers import routed
from hypothesis import given
from hypothesis import strategies as st
from stand_in import Connect
from wire_documents import feature, snapshot

from togglemesh import (
    BaggageMiddleware,
    Signer,
    WsgiBaggageMiddleware,
    carried_decisions,
    carry,
    outgoing_baggage,
)
from togglemesh.baggage import (
    GREATEST_HEADER,
    decisions_in,
    signatures_in,
    with_decisions,
    without_decisions,
)
from togglemesh.engine import Engine
from togglemesh.ext_authz import authorize, gate

OLD, NEW = "o" * 32, "n" * 32
SIGNER = Signer(OLD)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


def signed(*features: str, variant: str = "on", signer: Signer = SIGNER) -> str:
    decisions = dict.fromkeys(features, variant)
    signatures = {feature: signer.sign(feature, variant) for feature in features}
    return with_decisions(None, decisions, signatures)


def left(header: str, signer: Signer) -> dict[str, str]:
    with carry(header, signer=signer):
        return dict(carried_decisions())


def test_sign__known_values__are_what_wire_md_says() -> None:
    message = b"togglemesh.decision.1\nnew-checkout\non"
    expected = hmac.new(OLD.encode(), message, sha256).hexdigest()[:32]
    assert SIGNER.sign("new-checkout", "on") == expected
    assert signed("new-checkout") == (
        f"feature.new-checkout=on,feature-sig.new-checkout={expected}"
    )


@given(names, names, names)
def test_verifies__another_feature_or_variant__is_refused(
    feature: str, variant: str, other: str
) -> None:
    signature = SIGNER.sign(feature, variant)
    assert SIGNER.verifies(feature, variant, signature)
    if other not in (feature, variant):
        assert not SIGNER.verifies(other, variant, signature)
        assert not SIGNER.verifies(feature, other, signature)
    assert not SIGNER.verifies(feature, variant, signature[:-1])
    assert not Signer(NEW).verifies(feature, variant, signature)


@pytest.mark.parametrize("signature", ["", "0" * 32, "é" * 32, "on"])
def test_verifies__nonsense__is_refused_and_raises_nothing(signature: str) -> None:
    assert not SIGNER.verifies("x", "on", signature)


@pytest.mark.parametrize("secrets", [(), ("short",), (OLD, b"short")])
def test_signer__no_or_short_secret__is_refused(secrets: Iterable[Any]) -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Signer(*secrets)


def test_rotation__each_step__services_of_two_steps_understand_each_other() -> None:
    steps = [Signer(OLD), Signer(OLD, NEW), Signer(NEW, OLD), Signer(NEW)]
    for before, after in pairwise(steps):
        assert left(signed("x", signer=before), after) == {"x": "on"}
        assert left(signed("x", signer=after), before) == {"x": "on"}
    assert left(signed("x", signer=steps[0]), steps[-1]) == {}


def test_carry__signatures_required__keeps_only_what_it_can_verify() -> None:
    forged = f"feature.bad=on,feature-sig.bad={SIGNER.sign('bad', 'off')}"
    header = f"tenant=acme,feature.plain=on,{forged},{signed('good')}"
    with carry(header, signer=SIGNER):
        assert carried_decisions() == {"good": "on"}
        sent = outgoing_baggage()
    assert sent == f"tenant=acme,{signed('good')}"
    with carry(header, signer=Signer(OLD, required=False)):
        assert carried_decisions() == {"plain": "on", "bad": "on", "good": "on"}


def test_carry__no_signer__passes_signatures_on() -> None:
    with carry(f"a=1,{signed('x')}"):
        assert outgoing_baggage() == f"a=1,{signed('x')}"


def test_first_hop__signatures_from_outside__are_removed() -> None:
    assert without_decisions(f"a=1,{signed('x')}") == "a=1"
    with carry(f"a=1,{signed('x')}", first_hop=True, signer=SIGNER):
        assert outgoing_baggage() == "a=1"


@given(names, names, st.lists(names, max_size=3, unique=True))
def test_route__signed_decision__is_matched_still(
    feature: str, variant: str, others: list[str]
) -> None:
    decisions = dict.fromkeys([*others, feature], variant)
    signatures = {name: SIGNER.sign(name, variant) for name in decisions}
    header = with_decisions("tenant=acme;p=1", decisions, signatures)
    assert decisions_in(header) == decisions
    assert signatures_in(header) == signatures
    assert routed(feature, variant, header)
    assert not routed(feature, variant + "x", header)


def test_route__signature_alone__is_not_matched() -> None:
    header = f"feature-sig.x={SIGNER.sign('x', 'on')}"
    assert decisions_in(header) == {}
    assert not routed("x", "on", header)


@pytest.mark.parametrize("properties", [";ttl=5", ";sig=abc;p", " ; p=1 "])
def test_route__member_with_properties__is_matched_and_read(properties: str) -> None:
    header = f"a=1,feature.x=on{properties},b=2"
    assert routed("x", "on", header)
    assert decisions_in(header) == {"x": "on"}


def test_signatures_in__two_for_one_feature__neither_counts() -> None:
    header = f"{signed('x')},feature-sig.x=other,{signed('y')}"
    assert decisions_in(header) == {"x": "on", "y": "on"}
    assert set(signatures_in(header)) == {"y"}


def test_with_decisions__no_room_for_signatures__keeps_every_decision() -> None:
    decisions = {f"{number:02}{'f' * 48}": "v" * 50 for number in range(64)}
    signatures = {name: SIGNER.sign(name, "v" * 50) for name in decisions}
    header = with_decisions("a=1", decisions, signatures)
    assert len(header) <= GREATEST_HEADER
    assert decisions_in(header) == decisions


def test_begin_chain__client_with_signer__sends_signed_decisions(connect: Connect) -> None:
    client = connect(signer=SIGNER)
    assert client.wait_until_ready(5)
    with client.begin_chain({"userId": "ann"}, baggage=f"a=1,{signed('new-checkout')}"):
        assert outgoing_baggage() == f"a=1,{signed('new-checkout')}"
    with client.begin_chain({"userId": "bob"}, baggage=f"a=1,{signed('new-checkout')}"):
        assert outgoing_baggage() == f"a=1,{signed('new-checkout', variant='off')}"


def test_decide__service_requires_signatures__honours_only_signed(connect: Connect) -> None:
    """The middleware knows nothing of signatures here: the client alone requires them."""
    later = connect(first_hop=False, signer=SIGNER)
    assert later.wait_until_ready(5)
    with carry(signed("new-checkout")):
        assert later.decide("new-checkout").reason == "CARRIED"
        assert outgoing_baggage() == signed("new-checkout")
    with carry("a=1,feature.new-checkout=on"):
        assert later.decide("new-checkout").reason == "UNDECIDED"
        assert outgoing_baggage() == "a=1"


def test_decide__unsigned_at_a_service_that_may_decide__decides_and_signs(
    connect: Connect,
) -> None:
    client = connect(signer=SIGNER)
    assert client.wait_until_ready(5)
    with carry("feature.new-checkout=on"):
        assert client.bool("new-checkout", {"userId": "bob"}) is False
        assert client.decide("new-checkout", {"userId": "bob"}).reason == "CARRIED"
        assert outgoing_baggage() == signed("new-checkout", variant="off")


def test_middleware__signer__refuses_unsigned_members() -> None:
    seen: list[str | None] = []

    async def app(*_: Any) -> None:
        seen.append(outgoing_baggage())

    header = f"a=1,feature.y=on,{signed('x')}"
    scope = {"type": "http", "headers": [(b"baggage", header.encode())]}
    asyncio.run(BaggageMiddleware(app, signer=SIGNER)(scope, None, None))  # type: ignore[arg-type]
    wsgi = WsgiBaggageMiddleware(lambda *_: [str(outgoing_baggage()).encode()], signer=SIGNER)
    seen.append(b"".join(wsgi({"HTTP_BAGGAGE": header}, lambda *_: None)).decode())
    assert seen == [f"a=1,{signed('x')}"] * 2


def test_authorize__signer__signs_each_decision_and_trusts_none_from_outside() -> None:
    engine = Engine.from_snapshot(snapshot(feature("x", carried=True)))
    forged = [("baggage", "a=1,feature.x=off,feature-sig.x=00")]
    ((_, header),) = authorize(engine.decide_all_carried, forged, SIGNER)
    assert header == f"a=1,{signed('x')}"
    assert left(header, SIGNER) == {"x": "on"}


def test_gate__client_with_signer__answers_signed(connect: Connect) -> None:
    client = connect(signer=SIGNER)
    assert client.wait_until_ready(5)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"x-user-id", b"ann")]}
    asyncio.run(gate(client)(scope, None, send))  # type: ignore[arg-type]
    header = dict(sent[0]["headers"])[b"baggage"].decode()
    assert header == signed("new-checkout")


def test_signer__many_names_from_outside__memory_is_bounded() -> None:
    signer = Signer(OLD)
    for number in range(10_000):
        signer.verifies(f"f{number}", "on", "x")
    assert len(signer._remembered) <= 4_096
