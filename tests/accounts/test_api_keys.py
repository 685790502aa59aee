"""API keys: shown once, stored hashed, revoked for good."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import keys
from accounts.actions import create_api_key, ensure_environments, revoke_api_key
from accounts.models import ApiKey
from accounts.reads import live_keys
from events.models import OutboxEvent
from governance.authorship import Authorship
from governance.refusals import Invalid, NotFound

BY = Authorship("ada", "because")


@pytest.fixture(autouse=True)
def environments(db: None) -> None:
    ensure_environments()


def make() -> str:
    return create_api_key(BY, kind="server", environment="production", name="shop")


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
    revoke_api_key(BY, selector=selector)
    revoke_api_key(BY, selector=selector)
    assert live_keys() == []
    assert list(OutboxEvent.objects.values_list("type", flat=True)) == [
        "api-key.created",
        "api-key.revoked",
    ]


def test_revoke__unknown_selector__names_the_field() -> None:
    with pytest.raises(NotFound) as refused:
        revoke_api_key(BY, selector="nobody")
    assert list(refused.value.errors) == ["selector"]


def test_create__unknown_kind_or_environment__names_the_field() -> None:
    with pytest.raises(Invalid, match="kind"):
        create_api_key(BY, kind="master", environment="production", name="x")
    with pytest.raises(NotFound, match="environment"):
        create_api_key(BY, kind="server", environment="moon", name="x")
    assert not ApiKey.objects.exists()


def test_command__good_arguments__prints_the_key_and_nothing_else() -> None:
    out = StringIO()
    call_command("create_api_key", "server", "--environment", "production", stdout=out)
    (line,) = out.getvalue().splitlines()
    assert keys.parse(line) is not None


def test_command__unknown_environment__says_so() -> None:
    with pytest.raises(CommandError, match="no environment 'moon'"):
        call_command("create_api_key", "server", "--environment", "moon")
