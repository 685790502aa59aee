"""The text of a number: what JavaScript writes, so that every language has the same buckets."""

import json
import random
import shutil
import struct
import subprocess
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_documents import feature, rule, snapshot

from togglemesh.engine import Engine
from togglemesh.engine.fields import text_of
from togglemesh.engine.flagd.values import text as text_in_logic

NODE = shutil.which("node")


class Level(IntEnum):
    HIGH = 3


WRITTEN = [
    (5.0, "5"),
    (-0.0, "0"),
    (1e15, "1000000000000000"),
    (1.2345678901234568e20, "123456789012345680000"),
    (1e21, "1e+21"),
    (-1.5e300, "-1.5e+300"),
    (0.0001, "0.0001"),
    (0.00001, "0.00001"),
    (1.25e-6, "0.00000125"),
    (1e-7, "1e-7"),
    (-2.5e-7, "-2.5e-7"),
    (5e-324, "5e-324"),
    (9007199254740994.0, "9007199254740994"),
    (0.1 + 0.2, "0.30000000000000004"),
    (2**70, "1180591620717411303424"),
    (Level.HIGH, "3"),
    (Decimal("7.00"), "7"),
    (Decimal("1E+15"), "1000000000000000"),
    (Decimal("-0.000001"), "-0.000001"),
    (Decimal("0.00"), "0"),
    (float("inf"), None),
    (float("nan"), None),
    (Decimal("NaN"), None),
    (Decimal("-Infinity"), None),
]


@pytest.mark.parametrize(("number", "expected"), WRITTEN)
def test_text_of__number__is_written_as_json_writes_it(number: Any, expected: str | None) -> None:
    assert text_of(number) == expected


def test_text_of__thousands_of_digits__counts_as_absent() -> None:
    assert text_of(10**5000) is None


@pytest.mark.skipif(NODE is None, reason="needs node, which is the standard's own word")
def test_text_of__many_doubles__are_written_as_javascript_writes_them() -> None:
    draw = random.Random(8)
    bits = [struct.pack("<Q", draw.getrandbits(64)) for _ in range(20_000)]
    doubles = [struct.unpack("<d", one)[0] for one in bits]
    doubles += [10.0**n for n in range(-30, 31)] + [draw.uniform(0, 10.0**n) for n in range(25)]
    finite = [one for one in doubles if text_of(one) is not None]
    program = "console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map(String)))"
    asked = json.dumps(finite)
    done = subprocess.run(
        [str(NODE), "-e", program],
        input=asked,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert [text_of(one) for one in finite] == json.loads(done.stdout)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_text_of__any_double__reads_back_and_is_the_same_in_targeting(number: float) -> None:
    text = text_of(number)
    assert text is not None
    assert float(text) == number
    assert text_of(json.loads(text)) == text
    assert text_in_logic(number) == text


@pytest.mark.parametrize(("number", "expected"), [one for one in WRITTEN if one[1] is not None])
@pytest.mark.parametrize("way", ["decide", "explain", "panel"])
def test_decide__number_as_id__has_the_bucket_of_its_text(
    number: Any, expected: str, way: str
) -> None:
    split = [{"variant": str(n), "weight": 1} for n in range(10)]
    variants = {str(n): {"value": n} for n in range(10)} | {"off": {"value": None}}
    engine = Engine.from_snapshot(
        snapshot(feature(variants=variants, rules=[rule(split=split)]), feature("other"))
    )

    def decided(context: dict[str, Any]) -> str | None:
        if way == "explain":
            return engine.explain("new-checkout", context).decision.variant
        if way == "panel":
            return engine.decide_all(context)["new-checkout"].variant
        return engine.decide("new-checkout", context).variant

    assert decided({"userId": number}) == decided({"userId": expected})
    assert decided({"properties": {"userId": number}}) == decided({"userId": expected})


def test_constraint__value_is_a_number__equals_the_text_of_the_same_number() -> None:
    one = rule(constraints=[{"field": "amount", "operator": "IN", "values": [1e15, 0.00001]}])
    engine = Engine.from_snapshot(snapshot(feature(rules=[one])))
    for amount in (1e15, "1000000000000000", 10**15, 0.00001, "0.00001"):
        assert engine.decide("new-checkout", {"amount": amount}).variant == "on", amount
