"""Two unchanged Python clients decide as our engine does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from UnleashClient import UnleashClient
from UnleashClient.cache import FileCache

from tests.clients.conftest import World
from tests.clients.generated import flat
from tests.conditions import eventually


@pytest.fixture
def unleash(world: World, tmp_path: object) -> Iterator[UnleashClient]:
    client = UnleashClient(
        url=f"{world.url}/api",
        app_name="tests",
        custom_headers={"Authorization": world.server_key},
        disable_metrics=True,
        cache=FileCache("tests", directory=str(tmp_path)),
    )
    client.initialize_client()
    eventually(lambda: client.is_initialized)
    yield client
    client.destroy()


def test_unleash_client__every_feature_and_context__as_our_engine(
    unleash: UnleashClient, world: World
) -> None:
    for context, decided in zip(world.contexts, world.decisions, strict=True):
        for key, decision in decided.items():
            on = decision.variant != "off"
            assert unleash.is_enabled(key, context) is on, (key, context)
            variant = unleash.get_variant(key, context)
            named = on and not world.is_plain(key)
            assert variant["name"] == (decision.variant if named else "disabled"), (key, context)


def test_ofrep_provider__every_feature__as_our_engine(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.client_key}"}
    provider = OFREPProvider(world.url, headers_factory=lambda: headers)
    resolve = {
        bool: provider.resolve_boolean_details,
        str: provider.resolve_string_details,
        dict: provider.resolve_object_details,
    }
    for context, decided in list(zip(world.contexts, world.decisions, strict=True))[:2]:
        given = flat(context)
        user = given.pop("targetingKey")
        for key, decision in decided.items():
            ask = resolve.get(type(decision.value))
            if ask is None:
                integer = isinstance(decision.value, int)
                ask = (
                    provider.resolve_integer_details if integer else provider.resolve_float_details
                )
            found = ask(key, None, EvaluationContext(user, given))  # type: ignore[operator]
            assert (found.variant, found.value) == (decision.variant, decision.value), key
