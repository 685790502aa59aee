"""API keys: shown once, stored hashed, revoked for good."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import keys
from accounts.changes import CreateApiKey, RevokeApiKey, RotateApiKey, ensure_environments
from accounts.models import ApiKey
from accounts.reads import live_keys
from events.models import OutboxEvent
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from governance.refusals import Conflict, Invalid, NotFound

BY = Authorship(system("ada"), "because")


@pytest.fixture(autouse=True)
def environments(db: None) -> None:
    ensure_environments()


def make() -> str:
    return perform(BY, CreateApiKey(kind="server", environment="production", name="shop"))


def selector_of(text: str) -> str:
    return text.split("_")[2]


def test_create__stored__only_as_a_digest() -> None:
    text = make()
    row = ApiKey.objects.get()
    assert text not in " ".join(str(v) for v in vars(row).values())
    assert keys.parse(text) == (row.selector, row.digest)


@pytest.mark.parametrize("text", ["", "tm_server_x_y", "Bearer x", "tm_server_" + "a" * 66])
def test_parse__what_cannot_be_a_key__none(text: str) -> None:
    assert keys.parse(text) is None


def test_revoke__once__no_longer_live_and_told() -> None:
    selector = make().split("_")[2]
    assert [row[0] for row in live_keys()] == [selector]
    perform(BY, RevokeApiKey(selector=selector))
    perform(BY, RevokeApiKey(selector=selector))
    assert live_keys() == []
    told = OutboxEvent.objects.filter(type__startswith="api-key.")
    assert list(told.values_list("type", flat=True)) == [
        "api-key.created",
        "api-key.revoked",
    ]


def test_revoke__unknown_selector__names_the_field() -> None:
    with pytest.raises(NotFound) as refused:
        perform(BY, RevokeApiKey(selector="nobody"))
    assert list(refused.value.errors) == ["selector"]


def test_create__unknown_kind_or_environment__names_the_field() -> None:
    with pytest.raises(Invalid, match="kind"):
        perform(BY, CreateApiKey(kind="master", environment="production", name="x"))
    with pytest.raises(NotFound, match="environment"):
        perform(BY, CreateApiKey(kind="server", environment="moon", name="x"))
    assert not ApiKey.objects.exists()


def test_command__good_arguments__prints_the_key_and_nothing_else() -> None:
    out = StringIO()
    call_command("create_api_key", "server", "--environment", "production", stdout=out)
    (line,) = out.getvalue().splitlines()
    assert keys.parse(line) is not None


def test_command__unknown_environment__says_so() -> None:
    with pytest.raises(CommandError, match="no environment 'moon'"):
        call_command("create_api_key", "server", "--environment", "moon")


def test_create__each_kind__origins_any_for_clients_only() -> None:
    for kind in ("server", "client", "edge"):
        text = perform(BY, CreateApiKey(kind=kind, environment="production", name=kind))
        assert text.startswith(f"tm_{kind}_")
    assert {row[2]: row[4] for row in live_keys()} == {"server": [], "client": ["*"], "edge": []}


@pytest.mark.parametrize(
    "origin",
    ["capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://shop", "app://.",
     "chrome-extension://abcdefghijklmnopabcdefghijklmnop", "http://[::1]:8080",
     "safari-web-extension://3C9E5A1B-0000-4000-8000-00000000000F", "moz-extension://a-b:1"],
)  # fmt: skip
def test_create__origin_of_an_app_or_extension__kept_as_it_is_sent(origin: str) -> None:
    perform(BY, CreateApiKey(kind="client", environment="production", name="x", origins=[origin]))
    assert ApiKey.objects.get().origins == [origin]


@pytest.mark.parametrize(
    "origin",
    ["shop.example", "https://shop.example/", "HTTPS://a.b", 7, "file://", "data://x", "null",
     "app://", "app://shop/page", "javascript://x", "app://a b", "https://a.b:\u0663"],
)  # fmt: skip
def test_create__no_origin_that_a_browser_sends__names_the_field(origin: Any) -> None:
    with pytest.raises(Invalid, match="origins"):
        perform(
            BY, CreateApiKey(kind="client", environment="production", name="x", origins=[origin])
        )
    assert not ApiKey.objects.exists()


def test_create__in_unleashs_format__named_stored_and_rotated_as_such() -> None:
    text = perform(
        BY, CreateApiKey(kind="edge", environment="production", name="e", format="unleash")
    )
    assert re.fullmatch(r"\*:production\.v2_\w{22}_\w{43}", text)
    selector, digest = keys.parse(text) or ("", "")
    assert ApiKey.objects.get().digest == digest
    assert text[-43:] not in str(ApiKey.objects.values())
    assert perform(BY, RotateApiKey(selector=selector)).startswith("*:production.v2_")


def test_create__unknown_format__names_the_field() -> None:
    with pytest.raises(Invalid, match="format"):
        perform(BY, CreateApiKey(kind="edge", environment="production", name="e", format="jwt"))
    with pytest.raises(CommandError, match="format"):
        call_command("create_api_key", "edge", "--environment", "production", "--format", "jwt")
    out = StringIO()
    words = ("edge", "--environment", "production", "--format", "unleash")
    call_command("create_api_key", *words, stdout=out)
    assert out.getvalue().startswith("*:production.v2_")


def test_rotate__live_key__both_live_until_the_former_is_revoked() -> None:
    former = selector_of(
        perform(
            BY,
            CreateApiKey(
                kind="client",
                environment="production",
                name="web",
                origins=["https://shop.example"],
            ),
        )
    )
    text = perform(BY, RotateApiKey(selector=former))
    assert text.startswith("tm_client_")
    rows = {row[0]: row[2:] for row in live_keys()}
    assert rows[former] == rows[selector_of(text)]
    perform(BY, RevokeApiKey(selector=former))
    assert [row[0] for row in live_keys()] == [selector_of(text)]
    assert ApiKey.objects.get(selector=selector_of(text)).replaces_id is not None


def test_rotate__third_live_key_or_revoked_one__conflict() -> None:
    former = selector_of(make())
    successor = selector_of(perform(BY, RotateApiKey(selector=former)))
    with pytest.raises(Conflict, match="live successor"):
        perform(BY, RotateApiKey(selector=former))
    perform(BY, RevokeApiKey(selector=successor))
    assert perform(BY, RotateApiKey(selector=former))
    perform(BY, RevokeApiKey(selector=former))
    with pytest.raises(Conflict, match="revoked"):
        perform(BY, RotateApiKey(selector=former))


def test_commands__rotate_then_revoke__leave_the_successor() -> None:
    out = StringIO()
    former = selector_of(make())
    call_command("rotate_api_key", former, stdout=out)
    call_command("revoke_api_key", former, stdout=StringIO())
    assert [row[0] for row in live_keys()] == [selector_of(out.getvalue().strip())]
    with pytest.raises(CommandError, match="is revoked"):
        call_command("rotate_api_key", former)
    with pytest.raises(CommandError, match="no API key"):
        call_command("revoke_api_key", "nobody")
