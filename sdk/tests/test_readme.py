"""The README's examples run, one after the other, in one namespace."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from openfeature import api
from stand_in import KEY, StandIn
from wire_documents import constraint, feature, rule, segment, snapshot

from togglemesh import Client, InMemoryClient

README = Path(__file__).parents[1] / "README.md"
BETA = segment("beta-users", constraint("group", "IN", "beta"))
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def test_readme__examples__run_as_they_stand(
    server: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_for_beta = feature(carried=True, rules=[rule(id="beta-users", segments=["beta-users"])])
    server.snapshot = snapshot(on_for_beta, segments=(BETA,))
    names: dict[str, Any] = {"url": server.url, "key": KEY, "cache_dir": tmp_path}
    made: list[Client] = []
    try:
        for example in EXAMPLES:
            exec(example, names)
            if isinstance(names.get("client"), Client) and names["client"] not in made:
                made.append(names["client"])
                assert made[-1].wait_until_ready(5)
        names["test_checkout"](InMemoryClient())
    finally:
        api.clear_providers()
        for client in made:
            client.close()
    assert capsys.readouterr().out == "the new checkout\n"
    assert len(EXAMPLES) >= 13


def test_readme__asgi_example__sends_the_decision_on(
    server: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    server.snapshot = snapshot(feature(carried=True))
    (example,) = (one for one in EXAMPLES if "async def app" in one)
    names: dict[str, Any] = {"url": server.url, "key": KEY}
    exec(example, names)
    with names["client"] as client:
        assert client.wait_until_ready(5)
        headers = [(b"baggage", b"a=1,feature.new-checkout=on")]
        asyncio.run(names["app"]({"type": "http", "headers": headers}, None, None))
    assert capsys.readouterr().out == "a=1,feature.new-checkout=on\n"
