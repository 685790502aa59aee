"""Four unchanged npm clients decide as our engine does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.clients import npm
from tests.clients.conftest import World
from tests.clients.generated import flat
from togglemesh.engine import Decision

TYPES = {bool: "boolean", str: "string", int: "number", float: "number", dict: "object"}


@pytest.fixture(scope="module")
def folder() -> Path:
    npm.require_node()
    return npm.install()


def ask(world: World, folder: Path, client: str, key: str, contexts: int) -> list[dict[str, Any]]:
    variants = {key: world.document["features"][key]["variants"] for key in world.features}
    return npm.ask(
        folder,
        client=client,
        url=world.url,
        key=key,
        features={key: TYPES[type(found["off"]["value"])] for key, found in variants.items()},
        contexts=world.contexts[:contexts],
        flat=[flat(context) for context in world.contexts[:contexts]],
    )


def as_unleash(world: World, decision: Decision) -> list[Any]:
    if decision.variant == "off" or world.is_plain(decision.key):
        return [decision.variant != "off", None, None]
    return [True, decision.variant, decision.value]


@pytest.mark.parametrize("client", ["unleashClient", "unleashProxyClient"])
def test_npm__clients_of_unleash__decide_as_our_engine(
    client: str, world: World, folder: Path
) -> None:
    key = world.server_key if client == "unleashClient" else world.client_key
    answers = ask(world, folder, client, key, 25)
    expected = [
        {key: as_unleash(world, decision) for key, decision in decided.items()}
        for decided in world.decisions
    ]
    assert answers == expected


@pytest.mark.parametrize(("client", "contexts"), [("ofrep", 3), ("ofrepWeb", 25)])
def test_npm__providers_of_openfeature__decide_as_our_engine(
    client: str, contexts: int, world: World, folder: Path
) -> None:
    answers = ask(world, folder, client, world.client_key, contexts)
    expected = [
        {key: [None, decision.variant, decision.value] for key, decision in decided.items()}
        for decided in world.decisions[:contexts]
    ]
    assert answers == expected
